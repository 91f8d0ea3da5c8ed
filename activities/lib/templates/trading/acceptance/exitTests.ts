import { createRandom, seedOf } from '../reference/random.ts';
import { scenariosFor, viewOf } from '../reference/scenarios.ts';
import { holds } from '../reference/signals.ts';
import { indicatorsOf, keyOf } from '../subject/series.ts';
import type { Strategy } from '../subject/strategy.ts';
import { strategyInWords } from '../subject/words.ts';
import { situation } from './entryTests.ts';
import { literal } from './literal.ts';

type Candle = { open: number; high: number; low: number; close: number; volume: number };
type Case = {
  title: string;
  bar: Candle;
  indicators: unknown;
  position: { entryTime: string; entryPrice: number; quantity: number; highest: number; barsHeld: number };
  expected: { reason: string; price: number | null } | null;
};

/** `test/exit/exit…`: the ways out one by one, at prices of their own. */
export function exitTests(strategy: Strategy, which: 'open' | 'hidden'): string {
  const random = createRandom(seedOf(`exit ${which} ${strategyInWords(strategy)}`));
  const prices = which === 'open' ? [100] : [round(20 + random() * 50), round(150 + random() * 200)];
  const cases = [...prices.flatMap((price) => levelCases(strategy, price)), ...ruleCases(strategy, which)];
  return `import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Candle } from '../../src/candle.ts';
import { type Exit, should_exit } from '../../src/exit.ts';
import type { Indicators } from '../../src/indicators.ts';
import type { Position } from '../../src/position.ts';

type Case = { title: string; bar: Candle; indicators: Indicators; position: Position; expected: Exit | null };
const cases: Case[] = ${literal(cases)};
for (const [index, { title, bar, indicators, position, expected }] of cases.entries()) {
  test(\`\${index + 1}. \${expected?.reason ?? 'stays'}: \${title}\`, () => {
    const found = should_exit(bar, indicators, position);
    assert.equal(found?.reason, expected?.reason);
    if (expected === null || expected.price === null) assert.equal(found?.price, expected?.price);
    else assert.ok(Math.abs((found?.price ?? Number.NaN) - expected.price) < 1e-6, \`\${found?.price}, expected \${expected.price}\`);
  });
}
`;
}

/** Bars around the levels of a position that was bought at a price. */
function levelCases(strategy: Strategy, price: number): Case[] {
  const stop = price - (price * strategy.stopLoss) / 100;
  const target = price + (price * strategy.takeProfit) / 100;
  const calm = quiet(strategy);
  const hold = { entryTime: '2024-01-02', entryPrice: price, quantity: 2, highest: price, barsHeld: strategy.maxBars === 1 ? 0 : 1 };
  const one = (title: string, [open, high, low]: number[], level: Case['expected'], position = hold): Case => {
    const bar = { open: round(open), high: round(high), low: round(low), close: round(open), volume: 1000 };
    const ruled = (level === null || level.price === null) && firesOnPrices(strategy, bar);
    return { title, bar, indicators: calm, position, expected: ruled ? { reason: 'exit rule', price: null } : level };
  };
  const inside = [stop + (price - stop) * 0.6, price + (target - price) * 0.5] as const;
  const below = stop * 0.99;
  const above = target * 1.01;
  // A trailing stop may stand above the fixed one from the start.
  const trails = strategy.trailingStop !== undefined && strategy.trailingStop < strategy.stopLoss;
  const level = trails ? price - (price * (strategy.trailingStop ?? 0)) / 100 : stop;
  const reason = trails ? 'trailing stop' : 'stop loss';
  const rest = level + (price - level) * 0.6;
  return [
    one('neither level is touched', [price, inside[1], rest], null),
    one('the low touches the stop', [price, price, below], { reason, price: round(level) }),
    one('opens below the stop', [below, below, below * 0.98], { reason, price: round(below) }),
    one('the high touches the target', [price, above, rest], { reason: 'take profit', price: round(target) }),
    one('opens above the target', [above, above * 1.01, above], { reason: 'take profit', price: round(above) }),
    one('both in one bar: the stop counts', [price, above, below], { reason, price: round(level) }),
    ...trailingCases(strategy, price, (title, prices, expected, highest) =>
      one(title, prices, expected, { ...hold, highest: round(highest) }),
    ),
    ...(strategy.maxBars === undefined
      ? []
      : [
          one('held long enough', [price, price, rest], { reason: 'bars held', price: null }, { ...hold, barsHeld: strategy.maxBars }),
          one('one bar too early', [price, price, rest], null, { ...hold, barsHeld: strategy.maxBars - 1 }),
          one(
            'the stop comes before the bars',
            [price, price, below],
            { reason, price: round(level) },
            { ...hold, barsHeld: strategy.maxBars },
          ),
        ]),
  ];
}

function trailingCases(
  { trailingStop, stopLoss }: Strategy,
  price: number,
  one: (title: string, prices: number[], expected: Case['expected'], highest: number) => Case,
): Case[] {
  if (trailingStop === undefined) return [];
  // So high that the trailing stop stands above the fixed one.
  const highest = Math.max(price * 1.05, ((price * (100 - stopLoss)) / (100 - trailingStop)) * 1.02);
  const level = round(round(highest) * (1 - trailingStop / 100));
  return [
    one(
      'the trailing stop follows the highest price',
      [level * 1.001, level * 1.001, level * 0.995],
      { reason: 'trailing stop', price: level },
      highest,
    ),
    one(
      'opens below the trailing stop',
      [level * 0.997, level * 0.997, level * 0.99],
      { reason: 'trailing stop', price: round(level * 0.997) },
      highest,
    ),
  ];
}

/** The exit rule on its own: prices stand still between the levels. */
function ruleCases(strategy: Strategy, which: 'open' | 'hidden'): Case[] {
  const { exit } = strategy;
  if (exit === undefined) return [];
  const nearest = Math.min(strategy.stopLoss, strategy.takeProfit, strategy.trailingStop ?? 100) / 100;
  return scenariosFor(exit, `exit rule ${which} ${strategyInWords(strategy)}`, nearest).flatMap((scenario) => {
    const { bar, indicators } = situation(strategy, scenario);
    const [low, high] = [Math.min(...Object.values(bar).slice(0, 4)), Math.max(...Object.values(bar).slice(0, 4))];
    const entryPrice = round((low + high) / 2);
    // A bar that is wider than the levels would end the position before the rule is asked.
    if ((high - low) / 2 >= entryPrice * nearest * 0.9) return [];
    const fires = holds(exit, viewOf(scenario.scene));
    return [
      {
        title: `rule ${scenario.title}`,
        bar,
        indicators,
        position: { entryTime: '2024-01-02', entryPrice, quantity: 1, highest: entryPrice, barsHeld: strategy.maxBars === 1 ? 0 : 1 },
        expected: fires ? { reason: 'exit rule', price: null } : null,
      },
    ];
  });
}

/** Whether the exit rule holds by the prices of the bar alone, while no indicator is known. */
function firesOnPrices({ exit }: Strategy, bar: Candle): boolean {
  const known: Record<string, number> = bar;
  return (
    exit !== undefined && holds(exit, { value: ({ of }, moment) => (moment === 'now' ? (known[of] ?? null) : null), has: () => false })
  );
}

/** Indicators of which none is known, so that no rule fires by them. */
function quiet(strategy: Strategy) {
  const values = Object.fromEntries(indicatorsOf(strategy).map((one) => [keyOf(one), null]));
  return { values, patterns: [], previous: null };
}

const round = (value: number | undefined) => Number((value ?? 0).toFixed(6));
