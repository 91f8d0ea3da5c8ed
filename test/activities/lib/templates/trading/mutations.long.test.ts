import { expect, test } from 'vitest';
import type { FileText } from '../../../../../schemas/mind.ts';
import { tradingStrategy } from '../../../../../activities/lib/templates/trading/template.ts';
import { codeOf, placeFiles, run, subjectOf, type TaskId, taskIds, testsOf } from './project.ts';

const subject = subjectOf(`${tradingStrategy.example}, trailing stop 3 %, max 20 bars, sell when RSI(14) > 70`);
const openEntries = [
  ...(tradingStrategy.tests(subject, 't3').open[0]?.text ?? '').matchAll(/expected: true,\n {4}bar: \{ .*?close: ([\d.]+)/g),
];

/** What was done to a file: all of `from` becomes `to`. */
type Mutation = [title: string, task: TaskId, path: string, from: string | RegExp, to: string];
const mutations: Mutation[] = [
  ['reads the fixtures whatever file it is given', 't1', 'src/data.ts', 'readFile(file,', "readFile('fixtures/bars.csv',"],
  ['sees no gaps', 't1', 'src/data.ts', 'step > maxGap', 'false'],
  ['lets a high below the close pass', 't1', 'src/data.ts', 'Math.max(bar.open, bar.close)', 'bar.open'],
  ['takes every RSI for 20', 't2', 'src/indicators/rsi.ts', /return i < period \? null : .*;/, 'return i < period ? null : 20;'],
  [
    'smooths the RSI with the weight of an EMA',
    't2',
    'src/indicators/rsi.ts',
    '(before * (period - 1) + value) / period',
    'before + (value - before) * (2 / (period + 1))',
  ],
  ['starts the signal too early', 't2', 'src/indicators/macd.ts', /from \+ signal - 1/g, 'from'],
  ['takes a rising body for a falling one', 't2', 'src/patterns.ts', 'close < open', 'close !== open'],
  ['calls every small body a doji', 't2', 'src/patterns.ts', 'const dojiBody = 0.05', 'const dojiBody = 0.3'],
  [
    'looks at the next bar for patterns',
    't2',
    'src/indicators.ts',
    'patternsAt(bars, i)',
    'patternsAt(bars, Math.min(i + 1, bars.length - 1))',
  ],
  ['always enters', 't3', 'src/entry.ts', /return \(\n[^]*?\n {2}\);/, 'return true;'],
  ['never enters', 't3', 'src/entry.ts', /return \(\n[^]*?\n {2}\);/, 'return false;'],
  [
    'knows the open scenarios by heart',
    't3',
    'src/entry.ts',
    /return \(\n[^]*?\n {2}\);/,
    `return [${openEntries.map(([, close]) => close).join(', ')}].includes(bar.close);`,
  ],
  ['enters without the pattern', 't3', 'src/entry.ts', "patterns.includes('bullish engulfing')", 'true'],
  ['takes being above for crossing', 't3', 'src/compare.ts', 'isAtMost(left.before, right.before) && ', ''],
  ['enters again while a position is open', 't3', 'src/entry.ts', 'if (position !== null) return false;', ''],
  ['ignores the stop', 't4', 'src/exit.ts', /if \(bar\.low <= stop\.level\).*/, ''],
  ['ignores the target', 't4', 'src/exit.ts', /if \(bar\.high >= target\).*/, ''],
  ['gets the stop though the bar opened below it', 't4', 'src/exit.ts', 'Math.min(bar.open, stop.level)', 'stop.level'],
  ['never trails', 't4', 'src/exit.ts', 'trailing > fixed', 'false'],
  ['holds for ever', 't4', 'src/exit.ts', 'position.barsHeld >= limits.maxBars', 'false'],
  ['never leaves by the rule', 't4', 'src/exit.ts', 'isExitRule(bar, indicators)', 'false'],
  ['buys at the close of the signal', 't4', 'src/backtest.ts', 'entryPrice: bar.open', 'entryPrice: bars[index - 1].close'],
  ['pays no fee for sales', 't4', 'src/backtest.ts', 'exitPrice * (1 - fee)', 'exitPrice'],
  ['knows no drawdown', 't4', 'src/metrics.ts', '(peak - value) / peak', '0'],
  ['does not scale the Sharpe ratio to a year', 't4', 'src/metrics.ts', ' * Math.sqrt(periods)', ''],
];

const needed: Record<TaskId, readonly TaskId[]> = { t1: ['t1'], t2: ['t2'], t3: ['t2', 't3'], t4: taskIds };
const parts = Object.fromEntries(
  taskIds.map((task) => [task, { code: codeOf(subject, needed[task]), hidden: testsOf(subject, [task], 'hidden') }]),
) as Record<TaskId, { code: FileText[]; hidden: FileText[] }>;
// Without a process for each file: many runs in one test file.
const line = 'node --test --test-isolation=none "test/**/*.test.ts"';

test.concurrent.for(taskIds)('held-out tests of %s pass with the code as it is', async (task, { onTestFinished, expect }) => {
  const folder = await placeFiles([...parts[task].code, ...parts[task].hidden], onTestFinished);
  expect(await run(folder, line)).toMatchObject({ passed: true });
});

test.concurrent.for(mutations)('held-out tests find code that %s', async ([, task, path, from, to], { onTestFinished, expect }) => {
  const { code, hidden } = parts[task];
  const changed = code.map((file) => (file.path === path ? { ...file, text: (file.text ?? '').replaceAll(globally(from), to) } : file));
  expect(changed).not.toEqual(code);
  const { passed, output } = await run(await placeFiles([...changed, ...hidden], onTestFinished), line);
  expect(passed).toBe(false);
  // Found by a test, not by code that does not run.
  expect(output).not.toMatch(/SyntaxError|ERR_MODULE_NOT_FOUND|ReferenceError/);
});

test('the open scenarios can be known by heart', () => {
  expect(openEntries.length).toBeGreaterThan(0);
});

function globally(from: string | RegExp): string | RegExp {
  return typeof from === 'string' || from.global ? from : new RegExp(from.source, `${from.flags}g`);
}
