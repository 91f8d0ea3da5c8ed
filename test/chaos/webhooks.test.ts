import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deployPullRequestId } from '../../schemas/names.ts';
import { cloneUrlOf, pushStart } from '../../schemas/starts.ts';
import { cloneUrl, deliver, openEngine, spawnGateway } from '../support/gateway.ts';
import { pullRequestPayload, pushPayload } from '../support/githubPayloads.ts';
import { kill } from '../support/installation.ts';

const pushes = 500;
const pullRequests = 200;
const distinct = pushes + pullRequests;
const duplicates = 300;
const atATime = 50;
const kills = 10;

type Sent = { event: string; payload: unknown; delivery: string };
type Gateway = Awaited<ReturnType<typeof spawnGateway>>;
const open: { engine?: Awaited<ReturnType<typeof openEngine>>; gateway?: Gateway } = {};

beforeEach(async () => {
  open.engine = await openEngine({ profile: 'durable' });
  open.gateway = await spawnGateway(open.engine);
});
afterEach(async () => {
  if (open.gateway) await kill(open.gateway.process);
  await open.engine?.close();
});

const commit = (n: number) => createHash('sha1').update(`commit ${n}`).digest('hex');
const place = { owner: 'acme', repo: 'shop' };

/** Every push and pull request once; then some of them again, most as the same delivery, every third by another hook. Shuffled, by a seed. */
function deliveries(): Sent[] {
  const sent: Sent[] = [
    ...Array.from({ length: pushes }, (_, n) => ({ event: 'push', payload: pushPayload({ after: commit(n) }), delivery: `push-${n}` })),
    ...Array.from({ length: pullRequests }, (_, n) => ({
      event: 'pull_request',
      payload: pullRequestPayload('opened', { number: n + 1 }),
      delivery: `pull-${n}`,
    })),
  ];
  const random = seeded(20_261_121);
  const again = Array.from({ length: duplicates }, (_, n) => {
    const one = sent[Math.floor(random() * distinct)]!;
    return n % 3 === 0 ? { ...one, delivery: `${one.delivery}-other-hook-${n}` } : one;
  });
  return [...sent, ...again]
    .map((one) => ({ one, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

/** Workflow ids that must be there, each once. */
function expectedIds(): string[] {
  const repository = cloneUrlOf(cloneUrl, place);
  const push = { ...place, repository, branch: 'main', pushedAt: 1_700_000_000, authors: [], delivery: '' };
  return [
    ...Array.from({ length: pushes }, (_, n) => pushStart({ ...push, commit: commit(n) }).options.workflowId),
    ...Array.from({ length: pullRequests }, (_, n) => deployPullRequestId({ ...place, number: n + 1 })),
  ];
}

function seeded(seed: number): () => number {
  const state = { value: seed };
  return () => {
    state.value = (Math.imul(state.value, 1_664_525) + 1_013_904_223) >>> 0;
    return state.value / 2 ** 32;
  };
}

describe('deliveries while the gateway is killed again and again', () => {
  test('1,000 of them, 300 repeated, shuffled, 50 at a time, ten kills: exactly 700 flows', async () => {
    const { address, home, client } = open.engine!;
    const all = deliveries();
    expect(all).toHaveLength(1000);
    const seen = { answered: 0, broken: 0, refused: 0 };
    const last = new Map<number, number>();

    // As GitHub with our reconcile does: what got no 2xx comes again.
    const sendUntilTaken = async (index: number, sent: Sent) => {
      for (;;) {
        const answer = await deliver({ url: open.gateway!.url, ...sent }).catch(() => undefined);
        last.set(index, answer?.status ?? 0);
        if (answer && answer.status < 300) break;
        if (answer) seen.refused += 1;
        else seen.broken += 1;
        await wait(20);
      }
      seen.answered += 1;
    };
    const left = all.entries();
    const lanes = Array.from({ length: atATime }, async () => {
      for (const [index, sent] of left) await sendUntilTaken(index, sent);
    });

    const killer = async () => {
      for (let round = 1; round <= kills; round++) {
        await expect.poll(() => seen.answered, { timeout: 60_000, interval: 5 }).toBeGreaterThan((round * all.length) / (kills + 2));
        const { process, port } = open.gateway!;
        await kill(process);
        open.gateway = await spawnGateway({ address, home, port });
      }
    };
    await Promise.all([killer(), ...lanes]);

    expect([...last.values()].filter((status) => status !== 202)).toEqual([]);
    expect(last.size).toBe(1000);
    // Else the kills met nobody.
    expect(seen.broken).toBeGreaterThan(kills);

    const ids = expectedIds();
    expect(new Set(ids).size).toBe(distinct);
    for (const id of ids) expect((await client.workflow.getHandle(id).describe()).status.name).toBe('RUNNING');
    await expect.poll(async () => (await client.workflow.count()).count, { timeout: 30_000 }).toBe(distinct);
    const listed: string[] = [];
    for await (const { workflowId } of client.workflow.list()) listed.push(workflowId);
    expect(listed.sort()).toEqual(ids.sort());
  }, 240_000);
});
