import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, joinOrStartEngine } from '../../engine/engine.ts';
import { expectNoFailedTask } from '../support/cleanRuns.ts';
import { clientAsk, type LockPlace, openLockPlace } from '../support/lockPlace.ts';

const open: { place?: LockPlace; engine?: Engine; home?: string } = {};
beforeAll(async () => {
  const home = await mkdtemp(join(tmpdir(), 'mainstay-locks-'));
  open.home = home;
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  open.engine = await joinOrStartEngine({ home, profile: 'fast', env, progress: () => undefined });
  open.place = await openLockPlace(open.engine.address);
});
afterAll(async () => {
  await open.place?.close();
  await open.engine?.stop();
  if (open.home) await rm(open.home, { recursive: true, force: true });
});

// The same numbers in every run, so that a failure can be looked at again (Park and Miller's generator, CACM 31/10).
function dice(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

const holderChild = fileURLToPath(new URL('../support/lockHolderChild.ts', import.meta.url));

/** A place that takes writes under a token no lower than any it has seen. */
async function openTarget() {
  const taken: { by: string; token: number }[] = [];
  const state = { refused: 0 };
  const judge = async (request: IncomingMessage, response: ServerResponse) => {
    const write = (await json(request)) as { by: string; token: number };
    const stale = taken.some(({ token }) => token > write.token);
    if (stale) state.refused += 1;
    else taken.push(write);
    response.writeHead(stale ? 409 : 200).end();
  };
  const server = createServer((request, response) => void judge(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    taken,
    get refused() {
      return state.refused;
    },
    write: async (body: { by: string; token: number }) => void (await fetch(url, { method: 'POST', body: JSON.stringify(body) })),
    close: () => server.close(),
  };
}

describe('a lock', () => {
  test('lives through 3,000 acquisitions in at least four runs, without a token twice and without a queue left behind', async () => {
    const { client, controller, entity, resource, view } = open.place!;
    const env = resource();
    const acquireAndRelease = async (mode: 'exclusive' | 'shared', id: string): Promise<number> => {
      const ask = clientAsk(env, id, { mode, lease: '1 minute' });
      const answer = await again(() => controller.askForLock(ask));
      await entity(env).signal('releaseLock', { id });
      if (answer.state !== 'granted') throw new TypeError(`${id} was ${answer.state}`);
      return answer.token;
    };
    const alone: number[] = [];
    for (let one = 0; one < 1500; one++) alone.push(await acquireAndRelease('exclusive', `alone-${one}`));
    const lanes = Array.from({ length: 6 }, async (_, lane) => {
      const mine: number[] = [];
      for (let one = 0; one < 250; one++) mine.push(await acquireAndRelease('shared', `lane-${lane}-${one}`));
      return mine;
    });
    const together = (await Promise.all(lanes)).flat();
    await expect.poll(async () => (await view(env)).holders, { timeout: 20_000 }).toEqual([]);
    expect(await view(env)).toMatchObject({ grants: 3000, waiters: [] });
    expect(new Set([...alone, ...together]).size).toBe(3000);
    expect(alone).toEqual(alone.toSorted((a, b) => a - b));
    expect(await expectNoFailedTask(client, `resource-lock/${env}`)).toBeGreaterThanOrEqual(4);
  }, 400_000);

  test('a holder that was stopped and continued finds its lock given on, and its late write refused', async () => {
    const { controller, resource, view } = open.place!;
    const env = resource();
    const guarded = await openTarget();
    const holder = spawn(process.execPath, [holderChild, open.engine!.address, env, guarded.url], { stdio: 'inherit' });
    const ended = new Promise<number | null>((resolve) => holder.once('exit', resolve));
    try {
      await expect.poll(() => guarded.taken.length, { timeout: 30_000 }).toBeGreaterThan(0);
      holder.kill('SIGSTOP');
      await controller.askForLock(clientAsk(env, 'next', { lease: '1 minute' }));
      await expect.poll(async () => (await view(env)).holders.map(({ id }) => id), { timeout: 20_000 }).toEqual(['next']);
      const [next] = (await view(env)).holders;
      await guarded.write({ by: 'next', token: next?.token ?? 0 });

      holder.kill('SIGCONT');
      expect(await ended).toBe(3);
      // What it had sent before it was stopped may be taken; after the next holder's write nothing of it is.
      expect(guarded.taken.at(-1)).toMatchObject({ by: 'next' });
      expect(guarded.refused).toBeGreaterThan(0);
      const tokens = guarded.taken.map(({ token }) => token);
      expect(tokens).toEqual(tokens.toSorted((a, b) => a - b));
    } finally {
      holder.kill('SIGKILL');
      guarded.close();
    }
  }, 90_000);

  test('has one holder at a time among 50 contenders of 20 rounds whose runs are killed at random, and loses none', async () => {
    const { client, target, resource, start, view } = open.place!;
    const env = resource();
    const roll = dice(20_260_504);
    const wish = { resources: [env], step: 'deploy', lease: '1 second', waitTimeout: '10 minutes' };
    const finished = new Map<string, number>();
    const killed: string[] = [];
    const contenders = Array.from({ length: 50 }, async (_, index) => {
      const rounds = () => target.seen.filter(({ by }) => by.startsWith(`c${index}/`)).length;
      for (let life = 0; ; life++) {
        const by = `c${index}/${life}`;
        const run = await start('contend', { by, wish, rounds: Math.max(20 - rounds(), 1), stay: '0 seconds' }, `contend/${env}/${by}`);
        try {
          await run.result();
          finished.set(`c${index}`, rounds());
          return;
        } catch {
          expect(target.dead).toContain(by);
        }
      }
    });
    const all = Promise.all(contenders);
    const state = { over: false };
    void all.then(
      () => (state.over = true),
      () => (state.over = true),
    );
    // Whoever holds it at a random moment is killed, thirty times.
    while (!state.over && killed.length < 30) {
      const before = target.seen.length;
      const pause = Math.floor(roll() * 30);
      await expect.poll(() => state.over || target.seen.length >= before + pause, { timeout: 120_000, interval: 5 }).toBe(true);
      const [holder] = (await view(env).catch(() => undefined))?.holders ?? [];
      if (holder?.holder.kind !== 'run') continue;
      const { workflowId, runId } = holder.holder;
      target.dead.add(workflowId.slice(`contend/${env}/`.length));
      const gone = await client.workflow
        .getHandle(workflowId, runId)
        .terminate('chaos')
        .then(
          () => true,
          () => false,
        );
      if (gone) killed.push(workflowId);
    }
    await all;
    expect(killed.length).toBeGreaterThanOrEqual(10);
    expect(target.doubles).toEqual([]);
    expect(finished.size).toBe(50);
    for (const rounds of finished.values()) expect(rounds).toBeGreaterThanOrEqual(20);
    await expect.poll(async () => (await view(env)).holders, { timeout: 20_000 }).toEqual([]);
    expect((await view(env)).waiters).toEqual([]);
    await expectNoFailedTask(client, `resource-lock/${env}`);
  }, 600_000);
});

/** Asks again as Temporal does for a flow: a lock that just goes on as new, or whose worker is slow, answers a moment later. */
async function again<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === 20 || (error as { type?: string }).type !== 'EngineUnavailable') throw error;
      await wait(Math.min(100 * 2 ** attempt, 5_000));
    }
  }
}
