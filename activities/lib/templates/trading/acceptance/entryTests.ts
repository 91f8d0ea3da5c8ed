import { type Scenario, scenariosFor } from '../reference/scenarios.ts';
import { indicatorsOf, keyOf } from '../subject/series.ts';
import type { Strategy } from '../subject/strategy.ts';
import { conditionInWords, strategyInWords } from '../subject/words.ts';
import { literal } from './literal.ts';

/** A bar with indicators as the generated code takes them. */
export function situation(strategy: Strategy, { scene }: Scenario) {
  const at = (moment: 'before' | 'now') => {
    const of = (key: string) => scene.values[key]?.[moment] ?? null;
    const price = of('close') ?? 1;
    const bar = {
      open: of('open') ?? price,
      high: of('high') ?? price,
      low: of('low') ?? price,
      close: price,
      volume: of('volume') ?? 1000,
    };
    return { bar, values: Object.fromEntries(indicatorsOf(strategy).map((one) => [keyOf(one), of(keyOf(one))])) };
  };
  const { bar, values } = at('now');
  return { bar, indicators: { values, patterns: scene.patterns, previous: at('before') } };
}

/** `test/entry/…`: each part of the entry rule alone decides where it should. */
export function entryTests(strategy: Strategy, which: 'open' | 'hidden'): string {
  const scenarios = scenariosFor(strategy.entry, `entry ${which} ${strategyInWords(strategy)}`).map((scenario) => ({
    title: scenario.title,
    expected: scenario.expected,
    ...situation(strategy, scenario),
  }));
  return `import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Candle } from '../../src/candle.ts';
import { should_enter } from '../../src/entry.ts';
import type { Indicators } from '../../src/indicators.ts';

// ${conditionInWords(strategy.entry)}
const scenarios: { title: string; expected: boolean; bar: Candle; indicators: Indicators }[] = ${literal(scenarios)};
for (const [index, { title, expected, bar, indicators }] of scenarios.entries()) {
  test(\`\${index + 1}. \${expected ? 'enters' : 'stays out'}: \${title}\`, () => {
    assert.equal(should_enter(bar, indicators, null), expected);
  });
}

test('never enters while a position is open', () => {
  const position = { entryTime: '2024-01-02', entryPrice: 100, quantity: 1, highest: 100, barsHeld: 3 };
  for (const { bar, indicators } of scenarios) assert.equal(should_enter(bar, indicators, position), false);
});
${crossesAtFirstBar(strategy)}`;
}

// Without a bar before, nothing can have crossed; a rule without crossing may fire at once.
function crossesAtFirstBar({ entry }: Strategy): string {
  const needsCross = 'of' in entry ? entry.kind === 'all' && entry.of.some(({ kind }) => kind === 'cross') : entry.kind === 'cross';
  if (!needsCross) return '';
  return `
test('sees no crossing at the first bar', () => {
  for (const { bar, indicators } of scenarios) assert.equal(should_enter(bar, { ...indicators, previous: null }, null), false);
});
`;
}
