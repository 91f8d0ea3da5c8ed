import { z } from 'zod';
import { failure } from '../../../../../schemas/failures.ts';

/** The candle patterns that the generated code knows. */
export const patternNames = [
  'bullish engulfing',
  'bearish engulfing',
  'hammer',
  'shooting star',
  'doji',
  'morning star',
  'evening star',
  'three white soldiers',
  'three black crows',
] as const;
export type PatternName = (typeof patternNames)[number];

export const timeframes = ['1m', '5m', '15m', '30m', '1h', '4h', '1d', '1w'] as const;

const Period = z.number().int().min(2).max(500);
const convergence = { fast: Period, slow: Period, signal: Period };
const bands = { period: Period, deviations: z.number().positive().max(10) };

/** Something that has a value at each bar. */
export const Series = z.discriminatedUnion('of', [
  z.strictObject({ of: z.enum(['open', 'high', 'low', 'close', 'volume']) }),
  z.strictObject({ of: z.enum(['rsi', 'sma', 'ema', 'atr', 'averageVolume']), period: Period }),
  z.strictObject({ of: z.enum(['macd', 'macdSignal', 'macdHistogram']), ...convergence }),
  z.strictObject({ of: z.enum(['bollingerLower', 'bollingerMiddle', 'bollingerUpper']), ...bands }),
]);
export type Series = z.infer<typeof Series>;

/** What a series is compared with: a number, or a multiple of another series. */
const Bound = z.union([z.number(), z.strictObject({ times: z.number().positive(), series: Series })]);
export type Bound = z.infer<typeof Bound>;

const Compare = z.strictObject({ kind: z.literal('compare'), left: Series, is: z.enum(['<', '<=', '>', '>=']), right: Bound });
const Cross = z.strictObject({ kind: z.literal('cross'), left: Series, to: z.enum(['above', 'below']), right: Bound });
const Shape = z.strictObject({ kind: z.literal('pattern'), name: z.enum(patternNames) });
export type Leaf = z.infer<typeof Compare> | z.infer<typeof Cross> | z.infer<typeof Shape>;

/** When to act: comparisons, crossings and patterns, joined by and (`all`) and or (`any`). */
export type Condition = Leaf | { kind: 'all' | 'any'; of: Condition[] };
export const Condition: z.ZodType<Condition> = z.union([
  Compare,
  Cross,
  Shape,
  z.strictObject({
    kind: z.enum(['all', 'any']),
    get of() {
      return z.array(Condition).min(2).max(20);
    },
  }),
]);

const percentOf = (most: number) => z.number().positive().max(most);

/** What a request is understood as; everything is generated from it. Percentages are in percent: 2 is 2 %. */
export const Strategy = z.strictObject({
  entry: Condition,
  stopLoss: percentOf(99),
  takeProfit: percentOf(1000),
  trailingStop: percentOf(99).optional(),
  maxBars: z.number().int().positive().max(10_000).optional(),
  exit: Condition.optional(),
  symbol: z
    .string()
    .regex(/^[A-Z][A-Z0-9]{0,9}(?:[./-][A-Z0-9]{1,6})?$/)
    .optional(),
  timeframe: z.enum(timeframes).default('1d'),
  capital: z.number().positive().max(1e12).default(10_000),
  feePercent: z.number().min(0).max(10).default(0),
});
export type Strategy = z.infer<typeof Strategy>;

/** Checks a subject that comes back from a run's history; fails with `InvalidInput`. */
export function readStrategy(subject: Record<string, unknown>): Strategy {
  const read = Strategy.safeParse(subject);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw failure(
    'InvalidInput',
    `this is not a trading strategy: ${issue?.path.join('.')}: ${issue?.message}. Plan the request anew; the template makes the subject from its words`,
  );
}

/** Comparisons, crossings and patterns of a condition, from left to right. */
export function leavesOf(condition: Condition | undefined): Leaf[] {
  if (condition === undefined) return [];
  return 'of' in condition ? condition.of.flatMap(leavesOf) : [condition];
}

/** Both sides of a leaf that are series. */
export function seriesOf(leaf: Leaf): Series[] {
  if (leaf.kind === 'pattern') return [];
  return typeof leaf.right === 'number' ? [leaf.left] : [leaf.left, leaf.right.series];
}
