import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DevelopPlace, openDevelopPlace, runDevelop } from '../support/developRun.ts';
import { quickTripleFeature, quickTripleQuestions, tripleRequest, tripleShown } from '../support/developTriple.ts';
import { calcFiles } from '../support/features.ts';
import { type StandingRepository, standingRepository } from '../support/standingRepository.ts';

const open: Partial<{ place: DevelopPlace; calc: StandingRepository }> = {};
beforeAll(async () => {
  open.place = await openDevelopPlace();
  open.calc = await standingRepository(calcFiles);
});
afterAll(async () => {
  await open.place?.close();
  await open.calc?.close();
});

test('a worker that is killed after every fifth event of a build: the same branches, each commit once, no recorded answer paid again', async () => {
  const input = { request: tripleRequest, repository: open.calc!.path };
  const built = await runDevelop(open.place!, { input, features: [quickTripleFeature], killEvery: 5, within: 380_000 });
  console.log(built.told);
  expect(built.kills).toBeGreaterThan(20);

  expect(built.result.failure).toBeUndefined();
  expect(built.result.status).toBe('passed');
  expect(built.result.tasks[0]?.debug.map(({ todo }) => todo.id)).toEqual(['t1_branch_01']);
  expect(built.shown).toEqual(await tripleShown());
  expect(built.faults).toEqual([]);
  expect(built.questions).toEqual(quickTripleQuestions);
  expect(built.result.usage).toMatchObject({ steps: 4, inputTokens: 7 * 11, outputTokens: 7 * 7 });
  expect(built.left).toEqual([]);
}, 400_000);
