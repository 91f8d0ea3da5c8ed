import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import { failure } from '../../schemas/failures.ts';
import type { GitHubPlace } from '../../schemas/github.ts';
import { contentWord } from '../../schemas/names.ts';
import { plainLine } from '../../schemas/plainText.ts';
import type { GitHub } from '../lib/github/client.ts';
import { asking, refusedStatus } from '../lib/github/translate.ts';
import { defineEffect, type Effect } from '../lib/effects.ts';
import { bodyText } from './markdown.ts';

/** `into` is the branch that the run started from; the repository's default branch where GitHub has none of that name. */
export type PullOrder = { place: GitHubPlace; branch: string; into?: string; title: string; body: string; key: string };
type Receipt = { number: number; url: string };

const Pull = z.object({ number: z.number(), html_url: z.string() });
const Pulls = z.array(Pull.extend({ state: z.string(), body: z.string().nullish() }));
const Repository = z.object({ default_branch: z.string() });

/**
 * One pull request per run for its branch, found again by its marker, also when people closed or merged it. An open one of an earlier run with the same
 * branch gets the new words.
 */
export function createFeaturePull(github: GitHub): Effect<PullOrder, Receipt> {
  return defineEffect<PullOrder, Receipt>({
    name: 'open feature pull request',
    key: ({ key }) => key,
    probe: async (order) => (await pullsOf(await github.octokit(order.place), order)).find(({ isOurs }) => isOurs)?.receipt,

    async apply(order) {
      const { place, branch, into } = order;
      const octokit = await github.octokit(place);
      if (!(await hasBranch(octokit, place, branch))) {
        throw failure('RefNotFound', `${place.owner}/${place.repo} has no branch ${branch}: push it there before a pull request is opened`);
      }
      const { owner, repo } = place;
      const shown = { owner, repo, title: plainLine(order.title, 200) || branch, body: `${bodyText(order.body)}\n\n${markerOf(order)}` };
      const open = (await pullsOf(octokit, order)).find(({ isOpen }) => isOpen)?.receipt;
      if (open !== undefined) {
        await asking(() => octokit.rest.pulls.update({ ...shown, pull_number: open.number }));
        return open;
      }
      const known = into !== undefined && (await hasBranch(octokit, place, into));
      const base = known
        ? into
        : await asking(async () => Repository.parse((await octokit.rest.repos.get({ owner, repo })).data).default_branch);
      try {
        return await asking(async () => receiptOf(Pull.parse((await octokit.rest.pulls.create({ ...shown, head: branch, base })).data)));
      } catch (error) {
        // Another attempt, thought dead, may have been quicker.
        const found = refusedStatus(error) === 422 ? (await pullsOf(octokit, order)).find(({ isOurs }) => isOurs) : undefined;
        if (found === undefined) throw error;
        return found.receipt;
      }
    },

    async compensate(order) {
      const { owner, repo } = order.place;
      const octokit = await github.octokit(order.place);
      const found = (await pullsOf(octokit, order)).find(({ isOurs, isOpen }) => isOurs && isOpen);
      if (found) await asking(() => octokit.rest.pulls.update({ owner, repo, pull_number: found.receipt.number, state: 'closed' }));
    },
  });
}

async function pullsOf(octokit: Octokit, order: PullOrder): Promise<{ receipt: Receipt; isOpen: boolean; isOurs: boolean }[]> {
  const { owner, repo } = order.place;
  const query = { owner, repo, head: `${owner}:${order.branch}`, state: 'all' as const, per_page: 100 };
  const pulls = await asking(async () => Pulls.parse((await octokit.rest.pulls.list(query)).data));
  return pulls.map((pull) => ({
    receipt: receiptOf(pull),
    isOpen: pull.state === 'open',
    isOurs: pull.body?.includes(markerOf(order)) ?? false,
  }));
}

async function hasBranch(octokit: Octokit, { owner, repo }: GitHubPlace, branch: string): Promise<boolean> {
  try {
    await asking(() => octokit.rest.git.getRef({ owner, repo, ref: `heads/${branch}` }));
    return true;
  } catch (error) {
    if (refusedStatus(error) === 404) return false;
    throw error;
  }
}

function receiptOf({ number, html_url }: z.infer<typeof Pull>): Receipt {
  return { number, url: html_url };
}

function markerOf({ key }: PullOrder): string {
  return `<!-- mainstay:feature ${contentWord(key)} -->`;
}
