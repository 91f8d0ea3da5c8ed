import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import { failure } from '../../schemas/failures.ts';
import type { GitHubPlace } from '../../schemas/github.ts';
import { CommitSha } from '../../schemas/nouns.ts';
import { defineEffect, type Effect } from '../lib/effects.ts';
import type { SourceReader } from '../lib/source.ts';
import type { GitHub } from '../lib/github/client.ts';
import { pushRevert } from './revertCommit.ts';
import { asking, refusedStatus } from '../lib/github/translate.ts';

export type RevertOrder = { place: GitHubPlace; commit: CommitSha; before?: CommitSha; branch: string; reason: string; key: string };
type Receipt = { number: number; url: string };

const Pulls = z.array(z.object({ number: z.number(), html_url: z.string(), state: z.string(), body: z.string().nullish() }));
const Ref = z.object({ object: z.object({ sha: CommitSha }) });

type Tools = { github: GitHub; sources: SourceReader; signal: AbortSignal };

/**
 * A pull request that takes a commit back, one per commit whoever asks: found by its branch's name or its marker, also when it was merged or
 * closed, so that nobody is asked twice. What a killed attempt left, a branch without a pull request, is used.
 */
export function createRevert({ github, sources, signal }: Tools): Effect<RevertOrder, Receipt> {
  return defineEffect<RevertOrder, Receipt>({
    name: 'open revert pull request',
    key: ({ key }) => key,
    probe: async (order) => findPull(await github.octokit(order.place), order),

    async apply(order) {
      const { place, branch, commit } = order;
      const octokit = await github.octokit(place);
      const head = await headOf(octokit, order, branch);
      if (head === undefined) throw failure('RefNotFound', `${place.owner}/${place.repo} has no branch ${branch} (any more)`);
      const repository = github.cloneUrl(place);
      const subject = await sources.read(
        { repository, commit: head, base: commit },
        async (git) => {
          const found = oneLine(await git.text(['show', '--no-patch', '--format=%s', commit]));
          if ((await headOf(octokit, order, branchOf(order))) === undefined) {
            const reverting = { repository, head, commit, before: order.before, subject: found, reason: oneLine(order.reason) };
            await pushRevert(git, reverting, { branch: branchOf(order), credentials: github.gitAuthorization, signal });
          }
          return found;
        },
        signal,
      );
      return await openPull(octokit, order, subject);
    },

    async compensate(order) {
      const octokit = await github.octokit(order.place);
      const { owner, repo } = order.place;
      const found = await findPull(octokit, order);
      if (found?.isOpen) await asking(() => octokit.rest.pulls.update({ owner, repo, pull_number: found.number, state: 'closed' }));
      if ((await headOf(octokit, order, branchOf(order))) === undefined) return;
      await asking(() => octokit.rest.git.deleteRef({ owner, repo, ref: `heads/${branchOf(order)}` }));
    },
  });
}

async function openPull(octokit: Octokit, order: RevertOrder, subject: string): Promise<Receipt> {
  const { owner, repo } = order.place;
  const title = `Revert "${subject}"`;
  // Indented text is code on GitHub: nobody is mentioned, nothing is shown as a link or an image.
  const body = `Takes back ${order.commit}.\n\n    ${oneLine(order.reason)}\n\n${markerOf(order)}`;
  try {
    const made = await asking(() => octokit.rest.pulls.create({ owner, repo, head: branchOf(order), base: order.branch, title, body }));
    return { number: made.data.number, url: made.data.html_url };
  } catch (error) {
    // Another attempt, thought dead, may have been quicker.
    const found = refusedStatus(error) === 422 ? await findPull(octokit, order) : undefined;
    if (found === undefined) throw error;
    return found;
  }
}

async function findPull(octokit: Octokit, order: RevertOrder): Promise<(Receipt & { isOpen: boolean }) | undefined> {
  const { owner, repo } = order.place;
  return await asking(async () => {
    const { data } = await octokit.rest.pulls.list({ owner, repo, head: `${owner}:${branchOf(order)}`, state: 'all', per_page: 100 });
    const pulls = Pulls.parse(data);
    const found = pulls.find(({ body }) => body?.includes(markerOf(order))) ?? pulls[0];
    return found === undefined ? undefined : { number: found.number, url: found.html_url, isOpen: found.state === 'open' };
  });
}

async function headOf(octokit: Octokit, { place: { owner, repo } }: RevertOrder, branch: string): Promise<CommitSha | undefined> {
  try {
    const found = await asking(async () => Ref.parse((await octokit.rest.git.getRef({ owner, repo, ref: `heads/${branch}` })).data));
    return found.object.sha;
  } catch (error) {
    if (refusedStatus(error) === 404) return undefined;
    throw error;
  }
}

function branchOf({ commit }: RevertOrder): string {
  return `mainstay/revert-${commit.slice(0, 12)}`;
}

function markerOf({ commit }: RevertOrder): string {
  return `<!-- mainstay:revert ${commit} -->`;
}

/** Text from elsewhere on one line of a commit message or a title. */
function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
}
