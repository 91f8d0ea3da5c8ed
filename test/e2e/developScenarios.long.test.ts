import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decideUpdate, grantBudgetUpdate } from '../../workflows/messages.ts';
import { classesOf, type ScriptedPlace, openScriptedPlace } from '../support/scriptedPlace.ts';
import { calcFeature, calcFiles, source } from '../support/features.ts';
import { done, type Feature, read, run } from '../support/scriptedModel.ts';

const asks = { limit: 0, cut: 0, malformed: 0 };
const same = (name: string, code: Feature['code'] = [source(name, 'return n;'), done()]) => ({
  name,
  open: [`${name}(1)`, '1'] as [string, string],
  hidden: [`${name}(2)`, '2'] as [string, string],
  code,
});
const coins = (from: number) => Array.from({ length: 6 }, (_, i): [string, string] => [`flaky(${from + i})`, `${from + i}`]);
const features: Feature[] = [
  calcFeature({
    name: 'escalation',
    open: ['escalation(2)', '6'],
    hidden: ['escalation(5)', '15'],
    code: [source('escalation', 'return n;'), done()],
    debug: [(asked) => source('escalation', /A person says: three times/.test(asked.text) ? 'return 3 * n;' : 'return n + 1;'), done()],
  }),
  calcFeature({
    name: 'mismatch',
    parameters: ['a', 'b'],
    open: ['mismatch(1, 2)', '3'],
    hidden: ['mismatch(4, 5)', '9'],
    code: [source('mismatch', 'return list.reduce((sum, n) => sum + n, 0);', 'list'), done()],
    again: { parameters: ['list'], open: ['mismatch([1, 2])', '3'], hidden: ['mismatch([4, 5, 6])', '15'] },
  }),
  calcFeature({
    name: 'flaky',
    // Each of twelve tests passes every other time: that all do, or that none is seen both ways, does not happen.
    open: coins(1),
    hidden: coins(7),
    code: [source('flaky', 'return Math.random() < 0.5 ? n : 0;'), done()],
  }),
  calcFeature(same('slow', [source('slow', 'return new Promise((resolve) => setTimeout(resolve, 2500, n));'), done()])),
  calcFeature({
    ...same('malformed'),
    before: (_, kind) => (kind === 'code' && asks.malformed++ === 0 ? 'I would rather talk about it.' : undefined),
  }),
  calcFeature({
    ...same('limit'),
    before: (_, kind) =>
      kind === 'contract' && asks.limit++ === 0 ? { error: { message: 'slow' }, status: 429, retryAfter: 4 } : undefined,
  }),
  calcFeature({ ...same('cut'), before: (_, kind) => (kind === 'tests' && asks.cut++ === 0 ? { cut: 'middle' } : undefined) }),
  calcFeature(same('budget', [read('src/double.js'), run('node --test'), source('budget', 'return n;'), done()])),
];

const open: { place?: ScriptedPlace } = {};
beforeAll(async () => {
  open.place = await openScriptedPlace(features, calcFiles);
}, 120_000);
afterAll(() => open.place?.close());
const build: ScriptedPlace['build'] = (...what) => open.place!.build(...what);

describe('develop against a scripted model', () => {
  test('what debugging cannot repair goes to a person, whose instruction is followed', async () => {
    const { handle, until, result } = await build('escalation', { maxDebugAttempts: 1 });
    await until((task) => task?.phase === 'escalated');
    await handle.executeUpdate(decideUpdate, { args: [{ verdict: 'approve', by: 'cli:ada', comment: 'three times' }] });
    const built = await result();
    expect(built.status).toBe('passed');
    expect(built.tasks[0]?.debug.map(({ todo }) => todo.id)).toEqual(['t1_branch_01', 't1_branch_02']);
  }, 300_000);

  test('code whose signature is not the contract’s goes back to the architect', async () => {
    const built = await (await build('mismatch')).result();
    expect(built.failure).toBeUndefined();
    expect(classesOf(built)).toEqual(['spec_mismatch']);
    expect(built.status).toBe('passed');
  }, 300_000);

  test('tests that pass and fail on one commit are told apart and never accepted', async () => {
    const { handle, until, result } = await build('flaky', { maxDebugAttempts: 1 });
    await until((task) => task?.phase === 'escalated' || task?.phase === 'accepted');
    await handle.executeUpdate(decideUpdate, { args: [{ verdict: 'reject', by: 'cli:ada' }] });
    const built = await result();
    expect(built.status).toBe('failed');
    expect(classesOf(built)).toEqual(['flaky_test']);
  }, 300_000);

  test('tests whose time is over get twice the time from the tester', async () => {
    const built = await (await build('slow', { testTimeout: '3 seconds' })).result();
    expect(classesOf(built)).toEqual(['timeout']);
    expect(built.status).toBe('passed');
  }, 300_000);

  test.each(['malformed', 'cut'])(
    'an answer that is %s costs one more question and nothing else',
    async (name) => {
      const built = await (await build(name)).result();
      expect(built.failure).toBeUndefined();
      expect(built.status).toBe('passed');
      expect(built.tasks[0]?.debug).toEqual([]);
    },
    300_000,
  );

  test('a rate limit parks the task until its reset, then it goes on by itself', async () => {
    const { until, result } = await build('limit');
    await until((task) => task?.parkedUntil !== undefined);
    expect((await result()).status).toBe('passed');
    expect(asks.limit).toBe(2);
  }, 300_000);

  test('a budget that ends parks the work, and a grant lets it go on', async () => {
    const { handle, until, result } = await build('budget', { budget: { steps: 2 } });
    await until((task) => task?.phase === 'outOfBudget');
    await handle.executeUpdate(grantBudgetUpdate, { args: [{ steps: 10, tokens: 0, usd: 0, minutes: 0, by: 'cli:ada' }] });
    const built = await result();
    expect(built.status).toBe('passed');
    expect(built.usage.steps).toBe(4);
  }, 300_000);
});
