import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import type { GitHubRepository } from '../../schemas/github.ts';
import type { GitHub } from '../lib/github/client.ts';
import { reachableRepositories } from './reach.ts';
import { asking, refusedStatus } from '../lib/github/translate.ts';

const Attempts = z.array(z.object({ id: z.number(), guid: z.string(), delivered_at: z.string(), status_code: z.number() }));
type Attempt = z.infer<typeof Attempts>[number];

/** A hook's memory of what it sent, and how to have one sent again. */
type HookLog = { pages(): AsyncIterable<{ data: unknown }>; again(id: number): Promise<unknown> };

export type Redelivered = { redelivered: string[]; failed: number; oldestAt?: string };

/** Most pages of a hundred attempts that are looked at; GitHub keeps three days. */
const mostPages = 200;

/**
 * Has each delivery sent again of which no attempt since `after` got a 2xx; once per delivery, however often it failed. By the App's hook, or
 * with a token by those hooks of the reachable repositories that point to a `/webhooks/github`.
 */
export async function redeliver(github: GitHub, after: string): Promise<Redelivered> {
  const result: Redelivered = { redelivered: [], failed: 0 };
  for await (const log of logsOf(github)) {
    for (const attempt of await unanswered(log, Date.parse(after))) {
      result.failed += 1;
      if (result.oldestAt === undefined || attempt.delivered_at < result.oldestAt) result.oldestAt = attempt.delivered_at;
      if (await askAgain(log, attempt)) result.redelivered.push(attempt.guid);
    }
  }
  return result;
}

async function* logsOf(github: GitHub): AsyncGenerator<HookLog> {
  const app = github.app?.();
  if (app !== undefined) {
    yield {
      pages: () => app.paginate.iterator(app.rest.apps.listWebhookDeliveries, { per_page: 100 }),
      again: (delivery_id) => app.rest.apps.redeliverWebhookDelivery({ delivery_id }),
    };
    return;
  }
  for (const place of await reachableRepositories(github)) {
    const octokit = await github.octokit(place);
    for (const hook_id of await hooksOf(octokit, place)) {
      const at = { owner: place.owner, repo: place.repo, hook_id };
      yield {
        pages: () => octokit.paginate.iterator(octokit.rest.repos.listWebhookDeliveries, { ...at, per_page: 100 }),
        again: (delivery_id) => octokit.rest.repos.redeliverWebhookDelivery({ ...at, delivery_id }),
      };
    }
  }
}

/** The newest attempt of each delivery that nobody took, with the time of its first; oldest first. */
async function unanswered(log: HookLog, after: number): Promise<Attempt[]> {
  const found = new Map<string, Attempt>();
  const taken = new Set<string>();
  await asking(async () => {
    let pages = 0;
    for await (const { data } of log.pages()) {
      const attempts = Attempts.parse(data);
      for (const attempt of attempts) {
        if (Date.parse(attempt.delivered_at) < after) continue;
        if (attempt.status_code >= 200 && attempt.status_code < 300) taken.add(attempt.guid);
        // They come newest first.
        found.set(attempt.guid, { ...attempt, id: found.get(attempt.guid)?.id ?? attempt.id });
      }
      const last = attempts.at(-1);
      if (last === undefined || Date.parse(last.delivered_at) < after || ++pages >= mostPages) break;
    }
  });
  return [...found.values()].filter(({ guid }) => !taken.has(guid)).sort((a, b) => a.delivered_at.localeCompare(b.delivered_at));
}

/** False when GitHub does not have the delivery any more. */
async function askAgain(log: HookLog, { id }: Attempt): Promise<boolean> {
  try {
    await asking(() => log.again(id));
    return true;
  } catch (error) {
    if ([404, 410, 422].includes(refusedStatus(error) ?? 0)) return false;
    throw error;
  }
}

const Hooks = z.array(z.object({ id: z.number(), active: z.boolean(), config: z.object({ url: z.string().optional() }) }));

/** Our hooks of a repository; none where the token may not look. */
export async function hooksOf(octokit: Octokit, { owner, repo }: GitHubRepository): Promise<number[]> {
  try {
    const listed = await asking(async () =>
      Hooks.parse(await octokit.paginate(octokit.rest.repos.listWebhooks, { owner, repo, per_page: 100 })),
    );
    return listed.filter(({ active, config }) => active && config.url?.endsWith('/webhooks/github')).map(({ id }) => id);
  } catch (error) {
    if ([403, 404].includes(refusedStatus(error) ?? 0)) return [];
    throw error;
  }
}
