import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareBuild, startBuild } from '../../client/buildFeature.ts';
import type { BuildFeatureResult } from '../../schemas/buildFeature.ts';
import { type Developed, type DevelopPlace, openDevelopPlace, quickIsolation, runDevelop } from '../support/developRun.ts';
import { shownIn } from '../support/developShown.ts';
import { tripleFeature, tripleQuestions, tripleRequest, tripleShown } from '../support/developTriple.ts';
import { calcFiles } from '../support/features.ts';
import { kill, openInstallation } from '../support/installation.ts';
import { openModelServer } from '../support/openModelServer.ts';
import { scriptedModel } from '../support/scriptedModel.ts';
import { standingRepository } from '../support/standingRepository.ts';

// Hundreds of restarts: `npm run test:events`.
const everyEvent = process.env['MAINSTAY_EVERY_EVENT'] === '1';

const open: { place?: DevelopPlace } = {};
beforeAll(async () => {
  open.place = await openDevelopPlace();
});
afterAll(async () => {
  await open.place?.close();
});

/** A build of the small function in a new repository, so that each test sees its own branches alone. */
async function buildTriple(kills: Pick<Parameters<typeof runDevelop>[1], 'killEvery' | 'killAt' | 'within'>): Promise<Developed> {
  const repository = await standingRepository(calcFiles);
  try {
    const built = await runDevelop(open.place!, {
      input: { request: tripleRequest, repository: repository.path },
      features: [tripleFeature],
      ...kills,
    });
    console.log(JSON.stringify(kills), built.told);
    return built;
  } finally {
    await repository.close();
  }
}

async function expectTriple({ result, shown, questions, faults, left }: Developed): Promise<void> {
  expect(result.failure).toBeUndefined();
  expect(result.status).toBe('passed');
  expect(shown).toEqual(await tripleShown());
  expect(questions).toEqual(tripleQuestions);
  expect(faults).toEqual([]);
  expect(left).toEqual([]);
}
const paid = (result: BuildFeatureResult) => ({ ...result.usage, usd: undefined });

describe('kill -9 of the worker of a build', () => {
  // What is written in one transaction is there at once: nobody can be killed between two events of it.
  test.runIf(everyEvent)(
    'after every event: the same branches, each commit once, no recorded answer paid again',
    async () => {
      const built = await buildTriple({ killEvery: 1, within: 1_700_000 });
      expect(built.kills).toBeGreaterThan(80);
      await expectTriple(built);
      expect(paid(built.result)).toEqual({ steps: 5, inputTokens: 8 * 11, outputTokens: 8 * 7 });
    },
    1_800_000,
  );

  test('before each question is answered: each is asked once more', async () => {
    const built = await buildTriple({ killAt: 'asked', within: 580_000 });
    await expectTriple(built);
    expect(built.again).toEqual(tripleQuestions);
  }, 600_000);

  test('when the store has an answer that history may not have: nothing is asked again', async () => {
    const built = await buildTriple({ killAt: 'kept', within: 580_000 });
    await expectTriple(built);
    expect(built.kills).toBe(tripleQuestions.length);
    expect(built.again).toEqual([]);
  }, 600_000);

  test.runIf(everyEvent)(
    'after every third event of a template’s build in a new repository: the same branches as without kills',
    async () => {
      const request = 'an HTTP service for books with title (text, required) and pages (number ≥ 1); list, create and read';
      // Two tasks at a time would be merged in the order in which they are ready.
      const input = { request, maxParallel: 1 };
      const calm = await runDevelop(open.place!, { input, within: 400_000 });
      const built = await runDevelop(open.place!, { input, killEvery: 3, within: 1_300_000 });
      console.log('calm:', calm.told, '· killed:', built.told);
      expect(calm.result.status).toBe('passed');
      expect(built.result.failure).toBeUndefined();
      expect(built.result.status).toBe('passed');
      expect(built.shown).toEqual(calm.shown);
      expect(built.left).toEqual([]);
    },
    1_800_000,
  );
});

test('kill -9 of engine and worker together in the middle of a loop: the next process starts both again and the build goes on', async () => {
  const installation = await openInstallation();
  const repository = await standingRepository(calcFiles);
  const script = scriptedModel([tripleFeature]);
  const count = { asked: 0 };
  const server = await openModelServer((asked, index) => (count.asked++, script(asked, index)));
  const clients: { client: Client; close(): Promise<void> }[] = [];
  try {
    const { model, key = '', url = '' } = server.settings('openai');
    const environment = { MODEL_NAME: model, OPENAI_API_KEY: key, MAINSTAY_MODEL_URL: url };
    const first = await installation.start(['worker'], /serving /, environment);
    clients.push(await installation.client());
    const isolation = await quickIsolation();
    const input = { request: tripleRequest, repository: repository.path, autonomy: 'full', isolation } as const;
    const { workflowId } = await startBuild(clients[0]!.client, await prepareBuild({ ...input, heartbeatTimeout: '2 seconds' }));
    // Plan, contract, tests and the loop's first step were asked for; this is its second.
    await expect.poll(() => count.asked, { timeout: 120_000, interval: 20 }).toBe(5);
    process.kill((await installation.engineState()).pid, 'SIGKILL');
    await kill(first);

    await installation.start(['worker'], /serving /, environment);
    clients.push(await installation.client());
    const result = (await clients[1]!.client.workflow.getHandle(workflowId).result()) as BuildFeatureResult;
    expect(result.failure).toBeUndefined();
    expect(result.status).toBe('passed');
    expect(await shownIn(repository.path, workflowId)).toEqual(await tripleShown());
    expect(paid(result)).toEqual({ steps: 5, inputTokens: 8 * 11, outputTokens: 8 * 7 });
    // The question that was under way at most.
    expect(count.asked).toBeLessThanOrEqual(tripleQuestions.length + 1);
  } finally {
    for (const { close } of clients) await close();
    await installation.close();
    await server.close();
    await repository.close();
  }
}, 400_000);
