import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import { globMatcher } from '../../repository/glob.ts';
import { failure, failureCatalogue, failureType } from '../../schemas/failures.ts';
import { CommitSha } from '../../schemas/nouns.ts';
import type { Head } from '../contracts.ts';
import type { SourceReader } from '../lib/source.ts';
import type { GitHub } from '../lib/github/client.ts';
import { type ReachableRepository, reachableRepositories } from './reach.ts';
import { hooksOf } from './redeliver.ts';
import { readRulesAt } from '../lib/projectRules.ts';
import { asking } from '../lib/github/translate.ts';

const Pulls = z.array(z.object({ number: z.number(), updated_at: z.string(), head: z.object({ sha: CommitSha }) }));
const Login = z.object({ login: z.string() }).nullish();
const CommitPeople = z.object({ author: Login, committer: Login });
const Branches = z.array(z.object({ name: z.string(), commit: z.object({ sha: CommitSha }) }));

type Tools = { github: GitHub; sources: SourceReader; signal: AbortSignal };

/**
 * Open pull requests, and heads of the branches that the default branch's rules name. Of all repositories where the App is installed; with a
 * token only of those with a hook of ours, because a person's token reaches much that nobody connected with Mainstay.
 */
export async function listAllHeads({ github, sources, signal }: Tools): Promise<Head[]> {
  const heads: Head[] = [];
  for (const place of await reachableRepositories(github)) {
    signal.throwIfAborted();
    const octokit = await github.octokit(place);
    if (github.app === undefined && (await hooksOf(octokit, place)).length === 0) continue;
    heads.push(...(await openPulls(github, octokit, place)), ...(await ruledBranches({ github, sources, signal }, octokit, place)));
  }
  return heads;
}

async function openPulls(github: GitHub, octokit: Octokit, { owner, repo }: ReachableRepository): Promise<Head[]> {
  const asked = { owner, repo, state: 'open' as const, per_page: 100 };
  const pulls = await asking(async () => Pulls.parse(await octokit.paginate(octokit.rest.pulls.list, asked)));
  const repository = github.cloneUrl({ owner, repo });
  return pulls.map(({ number, head, updated_at: updatedAt }) => {
    return { owner, repo, repository, kind: 'pull_request' as const, number, commit: head.sha, updatedAt };
  });
}

async function ruledBranches({ github, sources, signal }: Tools, octokit: Octokit, place: ReachableRepository): Promise<Head[]> {
  const { owner, repo, defaultBranch } = place;
  const branches = await asking(async () =>
    Branches.parse(await octokit.paginate(octokit.rest.repos.listBranches, { owner, repo, per_page: 100 })),
  );
  const main = branches.find(({ name }) => name === defaultBranch);
  if (main === undefined) return [];
  const repository = github.cloneUrl({ owner, repo });
  const isRuled = await branchMatcher({ sources, signal, repository, commit: main.commit.sha });
  const trusted = github.trusts({ owner, repo });
  return await Promise.all(
    branches
      .filter(({ name }) => isRuled(name))
      .map(async ({ name: branch, commit: { sha: commit } }) => {
        const authors = await authorsOf(octokit, { owner, repo, ref: commit });
        return { owner, repo, repository, kind: 'push' as const, branch, commit, trusted, authors };
      }),
  );
}

/** Who made the commit: without a push's sender, the nearest to whom it may not be left to agree to it. */
async function authorsOf(octokit: Octokit, at: { owner: string; repo: string; ref: string }): Promise<string[]> {
  const { author, committer } = await asking(async () => CommitPeople.parse((await octokit.rest.repos.getCommit(at)).data));
  const logins = [author?.login, committer?.login].filter((login) => login !== undefined && login !== 'web-flow');
  return [...new Set(logins)].map((login) => `github:${login}`);
}

type Ruling = { sources: SourceReader; signal: AbortSignal; repository: string; commit: string };

async function branchMatcher({ sources, signal, ...at }: Ruling): Promise<(branch: string) => boolean> {
  try {
    const { branches } = await readRulesAt(sources, at, signal);
    const matchers = branches.map(matcherOf);
    return (branch) => matchers.some((matches) => matches(branch));
  } catch (error) {
    // One repository with broken rules must not hide the others; its pull requests are listed and say what is wrong.
    const type = failureType(error);
    if (type === undefined || !failureCatalogue[type].permanent) throw error;
    return () => false;
  }
}

function matcherOf(glob: string): (branch: string) => boolean {
  try {
    return globMatcher(glob);
  } catch (cause) {
    throw failure('InvalidConfiguration', `branches: ${glob} is not a pattern; see docs/pipeline.md`, undefined, cause);
  }
}
