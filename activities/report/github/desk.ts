import type { Octokit } from '@octokit/rest';
import { failure } from '../../../schemas/failures.ts';
import type { GitHubPlace, GitHubRepository } from '../../../schemas/github.ts';
import type { GitHub } from '../../lib/github/client.ts';

/** Where the announcer gets its clients of GitHub. */
export type GitHubAccess = Pick<GitHub, 'octokit' | 'app'>;

/** One repository to write to: the client, the App itself where there is one, and what every request carries. */
export type Desk = { octokit: Octokit; app: Octokit | undefined; at: GitHubRepository & { request: { signal: AbortSignal } } };
export type PullRequestDesk = Desk & { number: number };

export async function openDesk(github: GitHubAccess, { owner, repo }: GitHubPlace, signal: AbortSignal): Promise<Desk> {
  return { octokit: await github.octokit({ owner, repo }), app: github.app?.(), at: { owner, repo, request: { signal } } };
}

/** The same with the pull request that the place names. */
export async function openPullRequestDesk(github: GitHubAccess, place: GitHubPlace, signal: AbortSignal): Promise<PullRequestDesk> {
  if (place.pullRequest === undefined)
    throw failure('InvalidInput', `${place.owner}/${place.repo}: this belongs to a pull request; give its number as pullRequest`);
  return { ...(await openDesk(github, place, signal)), number: place.pullRequest };
}
