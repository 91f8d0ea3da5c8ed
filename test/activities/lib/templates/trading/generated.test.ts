import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Contract } from '../../../../../schemas/contract.ts';
import { TodoList } from '../../../../../schemas/todoList.ts';
import { tradingStrategy } from '../../../../../activities/lib/templates/trading/template.ts';
import { codeOf, linkPackages, placeFiles, run, subjectOf, taskIds, testsOf } from './project.ts';

const bin = join(import.meta.dirname, '../../../../../node_modules/.bin');
const allTests = 'node --test "test/**/*.test.ts"';
const plain = subjectOf(tradingStrategy.example);
const rich = subjectOf(
  'buy when (volume > 1.5 x average volume(20) or RSI(14) crosses above 30 or MACD(10,20,5) histogram crosses below zero or close crosses above upper Bollinger(20,2.5)) and (ATR(14) > 1 and three white soldiers and EMA(20) > SMA(50) or doji and close > open), stop loss 2 %, take profit 5 %, trailing stop 3 %, sell when RSI(14) > 70 or EMA(5) crosses below EMA(20) or close < open, max 20 bars, fees 0.1 %, symbol AAPL, 1h',
);
const bare = subjectOf('buy on hammer, stop loss 2 %, take profit 5 %, hold at most 1 bar, weekly');
const subjects = { plain, rich, bare };

describe.each(Object.entries(subjects))('the %s strategy', (_, subject) => {
  test('passes its open and held-out tests as it stands, and the checkers find nothing', async () => {
    const folder = await placeFiles([
      ...codeOf(subject, taskIds),
      ...testsOf(subject, taskIds, 'open'),
      ...testsOf(subject, taskIds, 'hidden'),
    ]);
    await linkPackages(folder);
    const [tests, types, lint, format] = await Promise.all([
      run(folder, allTests),
      run(folder, `${bin}/tsc -p .`),
      run(folder, `${bin}/oxlint --deny-warnings .`),
      run(folder, `${bin}/oxfmt -c ${join(bin, '../../.oxfmtrc.json')} --check . '!**/*.md'`),
    ]);
    expect(tests).toMatchObject({ passed: true });
    expect(types).toEqual({ passed: true, output: '' });
    expect(lint).toMatchObject({ passed: true });
    expect(format).toMatchObject({ passed: true });
  });

  test('is the same text every time, in files that no two tasks share', () => {
    expect(codeOf(subject, taskIds)).toEqual(codeOf(subject, taskIds));
    const paths = taskIds.flatMap((id) => {
      const { open, hidden } = tradingStrategy.tests(subject, id);
      return [...tradingStrategy.code(subject, id), ...open, ...hidden].map(({ path }) => path);
    });
    expect(new Set(paths).size).toBe(paths.length);
  });

  test('has a plan of four tasks that names its files, and contracts that fit the schema', () => {
    const plan = tradingStrategy.plan(subject);
    const list = TodoList.parse({ id: 'list', request: 'words', template: tradingStrategy.id, subject, ...plan });
    expect(list.tasks.map(({ id, dependencies }) => [id, dependencies])).toEqual([
      ['t1', []],
      ['t2', []],
      ['t3', ['t2']],
      ['t4', ['t1', 't2', 't3']],
    ]);
    for (const { id, expected_artifacts } of list.tasks) {
      expect(expected_artifacts).toEqual(tradingStrategy.code(subject, id).map(({ path }) => path));
      const contract = Contract.parse({ ...tradingStrategy.contract(subject, id), version: 1 });
      const modules = tradingStrategy.code(subject, id).map(({ path }) => path);
      for (const { module } of contract.interfaces) expect(modules).toContain(module);
    }
  });
});

test.each([
  ['t1', []],
  ['t2', []],
  ['t3', ['t2']],
  ['t4', ['t1', 't2', 't3']],
] as const)('the tests of %s fail without its code and pass with it, with %j alone before it', async (id, before) => {
  const { open, hidden, commands } = tradingStrategy.tests(plain, id);
  for (const tests of [open, hidden]) {
    const without = await placeFiles([...codeOf(plain, before), ...tests]);
    const [missing, there] = await Promise.all([
      run(without, commands.join(' && ')),
      placeFiles([...codeOf(plain, [...before, id]), ...tests]).then((folder) => run(folder, commands.join(' && '))),
    ]);
    expect(missing.passed).toBe(false);
    expect(there).toMatchObject({ passed: true });
  }
});

test('only what the strategy names is generated, besides the patterns', () => {
  const modules = (subject: Record<string, unknown>) => codeOf(subject, ['t2', 't3']).map(({ path }) => path);
  expect(modules(bare)).toEqual(['src/candle.ts', 'src/patterns.ts', 'src/indicators.ts', 'src/position.ts', 'src/entry.ts']);
  expect(modules(plain)).toEqual(
    expect.arrayContaining(['src/indicators/rsi.ts', 'src/indicators/macd.ts', 'src/indicators/ema.ts', 'src/compare.ts']),
  );
  expect(modules(plain)).not.toContain('src/indicators/atr.ts');
});

test('open and held-out tests have no numbers of bars in common', () => {
  const csvRows = (which: 'open' | 'hidden') =>
    testsOf(plain, ['t2', 't4'], which).flatMap(({ text }) => text?.match(/^20\d\d-.*,\d+$/gm) ?? []);
  const open = new Set(csvRows('open'));
  expect(open.size).toBeGreaterThan(300);
  expect(csvRows('hidden').filter((row) => open.has(row))).toEqual([]);
});

test.each([
  ['an unknown task', () => tradingStrategy.code(plain, 't9')],
  ['a task named like a part of every object', () => tradingStrategy.tests(plain, 'constructor')],
  ['a subject without an entry', () => tradingStrategy.plan({ stopLoss: 2, takeProfit: 5 })],
  ['a subject with code in a name', () => tradingStrategy.code({ ...plain, symbol: "A'; process.exit()" }, 't4')],
])('refuses %s', (_, ask) => {
  expect(ask).toThrow(expect.objectContaining({ type: 'InvalidInput' }));
});
