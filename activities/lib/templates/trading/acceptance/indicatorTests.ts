import { referenceValues } from '../reference/indicators.ts';
import { clearBars } from '../reference/fixtures.ts';
import { csvOf, type FixtureBar } from '../reference/market.ts';
import { referencePattern } from '../reference/patterns.ts';
import { seedOf } from '../reference/random.ts';
import { indicatorsOf, keyOf, warmUpOf } from '../subject/series.ts';
import { patternNames, type Strategy } from '../subject/strategy.ts';
import { strategyInWords } from '../subject/words.ts';
import { literal } from './literal.ts';
import { patternExamples } from './patternExamples.ts';

/** `test/indicators/indicators…`: values on invented bars, computed beforehand by other formulas. */
export function indicatorTests(strategy: Strategy, which: 'open' | 'hidden'): string {
  const bars = barsFor(strategy, which);
  const expected = indicatorsOf(strategy).map((indicator) => {
    const values = referenceValues(indicator, bars);
    const first = values.findIndex((value) => value !== null);
    const places = [first, first + 1, first + 5, first + 17, bars.length - 1];
    return { name: keyOf(indicator), first, values: places.map((index): [number, number] => [index, digits(values[index] ?? 0)]) };
  });
  return `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { computeIndicators } from '../../src/indicators.ts';

const csv = \`${csvOf(bars)}\`;
const bars = csv
  .trim()
  .split('\\n')
  .slice(1)
  .map((line) => {
    const [open, high, low, close, volume] = line.split(',').slice(1).map(Number);
    return { open, high, low, close, volume };
  });
const indicators = computeIndicators(bars);

// Computed beforehand from weighted sums over the whole past.
const expected: { name: string; first: number; values: [index: number, value: number][] }[] = ${literal(expected)};
for (const { name, first, values } of expected) {
  test(\`\${name} has the right values\`, () => {
    const found: Record<string, number | null>[] = indicators.map((one) => one.values);
    assert.deepEqual(
      found.slice(0, first).filter((one) => one[name] !== null),
      [],
    );
    for (const [index, value] of values) {
      const difference = Math.abs((found[index][name] ?? Number.NaN) - value);
      assert.ok(difference <= 1e-6 * Math.max(1, Math.abs(value)), \`\${name} at \${index}: \${found[index][name]}, expected \${value}\`);
    }
  });
}

test('finds each pattern where it is, and nowhere else', () => {
  const expectedAt: Record<string, number[]> = ${literal(patternPlaces(bars), 2, 44)};
  for (const [pattern, places] of Object.entries(expectedAt)) {
    const found = indicators.flatMap(({ patterns }, index) => (patterns.some((name) => name === pattern) ? [index] : []));
    assert.deepEqual(found, places, pattern);
  }
});

test('knows nothing of later bars', () => {
  for (const index of ${literal([3, Math.floor(bars.length / 2), bars.length - 2])}) {
    assert.deepEqual(computeIndicators(bars.slice(0, index + 1)).at(-1), indicators[index]);
  }
});

test('hands over the bar before with its values', () => {
  assert.equal(indicators[0].previous, null);
  assert.deepEqual(indicators.at(-1)?.previous, { bar: bars.at(-2), values: indicators.at(-2)?.values });
});
`;
}

/** `test/indicators/patterns…`: examples worked out by hand; the held-out ones at other prices. */
export function patternTests(which: 'open' | 'hidden'): string {
  const [factor, shift] = which === 'open' ? [1, 0] : [2.5, 17];
  const rows = patternExamples.map(({ pattern, is, why, bars }) => {
    const prices = bars.map((bar) => bar.map((price) => digits(price * factor + shift)));
    return { pattern, is, why, bars: prices };
  });
  return `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Pattern, patternsAt } from '../../src/patterns.ts';

// Open, high, low, close.
const examples: { pattern: Pattern; is: boolean; why: string; bars: number[][] }[] = ${literal(rows)};
for (const { pattern, is, why, bars } of examples) {
  test(\`\${is ? 'a' : 'no'} \${pattern}: \${why}\`, () => {
    const candles = bars.map(([open, high, low, close]) => ({ open, high, low, close, volume: 1 }));
    assert.equal(patternsAt(candles, candles.length - 1).includes(pattern), is);
  });
}

test('no pattern needs bars that are not there', () => {
  assert.deepEqual(patternsAt([{ open: 1, high: 3, low: 1, close: 3, volume: 1 }], 0), []);
});
`;
}

function barsFor(strategy: Strategy, which: 'open' | 'hidden'): FixtureBar[] {
  const seed = seedOf(`indicators ${which} ${strategyInWords(strategy)}`);
  const count = warmUpOf(strategy) + (which === 'open' ? 60 : 120);
  return clearBars(strategy, { seed, count, timeframe: strategy.timeframe, patterns: patternNames });
}

function patternPlaces(bars: readonly FixtureBar[]): Record<string, number[]> {
  return Object.fromEntries(patternNames.map((name) => [name, referencePattern(name, bars)]));
}

const digits = (value: number) => Number(value.toFixed(9));
