import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { expect } from 'vitest';
import { createBubblewrapDriver } from '../../activities/sandbox/bubblewrap/driver.ts';
import { prepareBuild } from '../../client/buildFeature.ts';
import { joinOrStartEngine } from '../../engine/engine.ts';
import type { BuildFeatureInput, BuildFeatureResult } from '../../schemas/buildFeature.ts';
import { taskQueues } from '../../schemas/names.ts';
import { workflowBundle } from '../../workers/bundle.ts';
import { followHistories, pendingIn } from './developHistories.ts';
import { answersKept, createQuestionJudge } from './developQuestions.ts';
import { leftIn, shownIn } from './developShown.ts';
import { openDevelopWorker } from './developWorker.ts';
import { openModelServer } from './openModelServer.ts';
import { type Feature, scriptedModel } from './scriptedModel.ts';

/** An engine of its own, and the flows bundled once. */
export async function openDevelopPlace() {
  const home = await mkdtemp(join(tmpdir(), 'mainstay-engine-'));
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  const engine = await joinOrStartEngine({ home, profile: 'fast', env, progress: () => undefined });
  const connection = await Connection.connect({ address: engine.address });
  const { codePath } = await workflowBundle({ cache: join(home, 'cache') });
  return {
    client: new Client({ connection }),
    address: engine.address,
    bundle: codePath,
    async close() {
      await connection.close();
      await engine.stop();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
export type DevelopPlace = Awaited<ReturnType<typeof openDevelopPlace>>;

/** The quickest isolation of this machine. */
export async function quickIsolation(): Promise<'bubblewrap' | 'auto'> {
  return (await createBubblewrapDriver({ home: tmpdir() }).unavailable()) === undefined ? 'bubblewrap' : 'auto';
}

export type DevelopWish = {
  input: BuildFeatureInput;
  features?: Feature[];
  /** The worker is killed each time that so many events were written. */
  killEvery?: number;
  /** It is also killed at every question when that comes for the first time: before it is answered, or when the store has the answer. */
  killAt?: 'asked' | 'kept';
  /** Milliseconds after which it is given up, with what it still waits for. */
  within: number;
};

/** A whole build by a worker process in a home of its own, which is killed while it works; and what came of it. */
export async function runDevelop({ client, address, bundle }: DevelopPlace, wish: DevelopWish) {
  const { killEvery = Infinity, killAt } = wish;
  const home = await mkdtemp(join(tmpdir(), 'mainstay-home-'));
  const { judge, ...heard } = createQuestionJudge();
  const script = scriptedModel(wish.features ?? []);
  const run: { value?: Parameters<typeof judge>[0] } = {};
  const count = { events: 0, since: 0, kills: 0 };
  const server = await openModelServer(async (asked, index) => {
    const { number, first } = await judge(run.value!, asked);
    if (killAt === 'asked' && first) await replace();
    if (killAt === 'kept' && first) void replaceWhenKept(number + 1);
    return await script(asked, index);
  });
  const { model, key = '', url = '' } = server.settings('openai');
  const environment = { MAINSTAY_HOME: home, MODEL_NAME: model, OPENAI_API_KEY: key, MAINSTAY_MODEL_URL: url };
  const worker = openDevelopWorker({ address, bundle, environment });
  const replace = async () => void (count.kills += (await worker.replace()) ? 1 : 0);
  const replaceWhenKept = async (answers: number) => {
    await expect.poll(() => answersKept(home), { timeout: 60_000, interval: 2 }).toBe(answers);
    await replace();
  };

  try {
    await worker.start();
    const isolation = await quickIsolation();
    const { request, workflowId } = await prepareBuild({ autonomy: 'full', heartbeatTimeout: '2 seconds', isolation, ...wish.input });
    const started = Date.now();
    const [taskQueue, args] = [taskQueues.orchestration, [request]];
    // The shortest there is: so long nobody misses a worker that was killed with a task of a flow.
    const handle = await client.workflow.start('buildFeature', { workflowId, taskQueue, args, workflowTaskTimeout: '1 second' });
    const histories = followHistories(client, workflowId, (events) => {
      count.events += events.length;
      count.since += events.length;
      if (count.since < killEvery) return;
      count.since %= killEvery;
      void replace();
    });
    run.value = { client, workflowId, home, followed: histories.followed, kills: () => count.kills };
    const overdue = new Promise<never>((_, reject) => {
      setTimeout(
        () => void pendingIn(client, histories.followed).then((lines) => reject(new Error(lines.join('\n')))),
        wish.within,
      ).unref();
    });
    const result = (await Promise.race([handle.result(), overdue])) as BuildFeatureResult;
    const seconds = Math.round((Date.now() - started) / 1000);
    histories.end();
    await worker.finish();
    return {
      result,
      shown: await shownIn(result.source?.repository ?? '', workflowId),
      left: await leftIn(home),
      flows: histories.followed.map((id) => id.replace(workflowId, '<run>')),
      questions: heard.questions(),
      again: heard.again,
      faults: heard.faults,
      told: `${count.kills} kills after ${count.events} events in ${seconds} s, ${heard.again.length} questions came again`,
      kills: count.kills,
    };
  } finally {
    await worker.close();
    await server.close();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}
export type Developed = Awaited<ReturnType<typeof runDevelop>>;
