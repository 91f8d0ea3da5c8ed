import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BuildFeatureResult } from '../../schemas/buildFeature.ts';
import { failureCatalogue } from '../../schemas/failures.ts';
import { type Installation, openInstallation } from '../support/installation.ts';

const open: { installation?: Installation } = {};
// Nothing configured: whatever keys the person running the tests has are not for this.
const keys = ['MODEL_NAME', 'GOOGLE_API_KEY', 'ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'MAINSTAY_MODEL_URL'];
const without = Object.fromEntries(keys.map((name) => [name, undefined])) as unknown as Record<string, string>;
const words = 'buy when RSI(14) < 30 and MACD crosses up, bullish engulfing confirms, stop loss 2 %, take profit 5 %';

beforeAll(async () => {
  open.installation = await openInstallation();
});
afterAll(() => open.installation?.close());

test('a strategy is planned, written, proved and shown without any model, and its own tests pass where it was cloned', async () => {
  const { run, home } = open.installation!;
  const { code, stdout, stderr } = await run(['run', 'develop', words, '--yes', '--json'], without);
  expect(code, stderr).toBe(0);
  const { result } = JSON.parse(stdout) as { result: BuildFeatureResult };
  expect(result.status).toBe('passed');
  expect(result.tasks.map(({ id, phase }) => `${id} ${phase}`)).toEqual(['t1 accepted', 't2 accepted', 't3 accepted', 't4 accepted']);
  expect(result.tasks.flatMap(({ debug }) => debug)).toEqual([]);
  expect(result.usage).toMatchObject({ steps: 0, inputTokens: 0, usd: 0 });

  const clone = join(home, 'clone');
  const { repository } = result.source!;
  await execa('git', ['clone', '--quiet', '--branch', result.branch!, repository, clone]);
  await execa('node', ['--test', 'test/**/*.test.ts'], { cwd: clone });

  // The report's figures once more, from nothing but its own trades.
  const shown = (await readdir(join(home, 'reports'), { recursive: true })).find((name) => name.endsWith('shown/report/backtest.json'));
  const report = JSON.parse(await readFile(join(home, 'reports', shown ?? 'nothing'), 'utf8')) as Backtest;
  const { totalReturn, winRate, tradeCount } = figuresOf(report);
  expect(tradeCount).toBeGreaterThan(0);
  expect(report.metrics.tradeCount).toBe(tradeCount);
  expect(report.metrics.totalReturn).toBeCloseTo(totalReturn, 9);
  expect(report.metrics.winRate).toBeCloseTo(winRate, 9);
  expect(result.exhibits.map(({ name }) => name).sort()).toEqual(['report/backtest.json', 'report/equity.svg', 'report/report.md']);
}, 240_000);

test('words that no template knows are refused with the way to configure a model, and nothing is made', async () => {
  const { run, home } = open.installation!;
  const before = await readdir(join(home, 'projects'));
  const { code, stderr, stdout } = await run(['run', 'develop', 'paint the garden fence', '--yes'], without);
  expect(code).toBe(failureCatalogue.RequestNotUnderstood.exit);
  expect(stdout + stderr).toContain('MODEL_NAME');
  expect(await readdir(join(home, 'projects'))).toEqual(before);
}, 60_000);

type Backtest = {
  account: { capital: number };
  metrics: { totalReturn: number; winRate: number; tradeCount: number };
  trades: { entryPrice: number; exitPrice: number; quantity: number; fees: number }[];
};

/** Return and win rate from the prices of the trades alone. */
function figuresOf({ account, trades }: Backtest): Backtest['metrics'] {
  const profits = trades.map(({ entryPrice, exitPrice, quantity, fees }) => (exitPrice - entryPrice) * quantity - fees);
  const won = profits.filter((profit) => profit > 0).length;
  const sum = profits.reduce((total, profit) => total + profit, 0);
  return { totalReturn: sum / account.capital, winRate: won / Math.max(1, trades.length), tradeCount: trades.length };
}
