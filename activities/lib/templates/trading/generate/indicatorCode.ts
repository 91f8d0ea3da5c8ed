/** `src/candle.ts`. */
export const candleCode = `/** What indicators and patterns look at. */
export type Candle = { open: number; high: number; low: number; close: number; volume: number };

/** A value per bar; null where there are not enough bars yet. */
export type Series = (number | null)[];
`;

/** `src/indicators/sma.ts`. */
export const smaCode = `import type { Series } from '../candle.ts';

/** Simple moving average: the mean of the last \`period\` values. The first value stands at index \`period - 1\`. */
export function sma(values: readonly number[], period: number): Series {
  return values.map((_, i) => (i < period - 1 ? null : mean(values.slice(i - period + 1, i + 1))));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
`;

/** `src/indicators/ema.ts`. */
export const emaCode = `import type { Series } from '../candle.ts';

/**
 * Exponential moving average with weight 2 / (period + 1) for the newest value (J. K. Hutson, "Good trix", Stocks & Commodities, 1984).
 * It starts from the first value; what it gives before index \`period - 1\` has not settled yet and is null.
 */
export function ema(values: readonly number[], period: number): Series {
  return runningEma(values, period).map((value, i) => (i < period - 1 ? null : value));
}

/** The same with the values that have not settled yet. */
export function runningEma(values: readonly number[], period: number): number[] {
  const weight = 2 / (period + 1);
  const averages: number[] = [];
  for (const value of values) {
    const before = averages.at(-1) ?? value;
    averages.push(before + weight * (value - before));
  }
  return averages;
}
`;

/** `src/indicators/rsi.ts`. */
export const rsiCode = `import type { Series } from '../candle.ts';

/**
 * Relative strength index, 0 to 100 (J. Welles Wilder, New Concepts in Technical Trading Systems, 1978). The first averages of gains and losses
 * are plain means of \`period\` changes, then each is smoothed by 1 / period, as Wilder does. The first value stands at index \`period\`. Without
 * losses it is 100; without any change it is 50.
 */
export function rsi(closes: readonly number[], period: number): Series {
  let gains = 0;
  let losses = 0;
  return closes.map((close, i) => {
    if (i === 0) return null;
    const change = close - closes[i - 1];
    gains = average(gains, Math.max(change, 0), i, period);
    losses = average(losses, Math.max(-change, 0), i, period);
    return i < period ? null : strength(gains, losses);
  });
}

function average(before: number, value: number, i: number, period: number): number {
  return i <= period ? before + value / period : (before * (period - 1) + value) / period;
}

function strength(gains: number, losses: number): number {
  if (losses === 0) return gains === 0 ? 50 : 100;
  return 100 - 100 / (1 + gains / losses);
}
`;

/** `src/indicators/macd.ts`. */
export const macdCode = `import type { Series } from '../candle.ts';
import { runningEma } from './ema.ts';

/**
 * Moving average convergence/divergence (Gerald Appel, The Moving Average Convergence-Divergence Trading Method, 1979): the line is
 * EMA(fast) - EMA(slow) of the closes from index \`slow - 1\` on, the signal is the EMA of the line, the histogram is line - signal.
 * Signal and histogram begin when the line has \`signal\` values.
 */
export function macd(closes: readonly number[], fast: number, slow: number, signal: number) {
  const quick = runningEma(closes, fast);
  const steady = runningEma(closes, slow);
  const settled = closes.slice(slow - 1).map((_, i) => quick[i + slow - 1] - steady[i + slow - 1]);
  const smooth = runningEma(settled, signal);
  const from = slow - 1;
  const line: Series = closes.map((_, i) => (i < from ? null : settled[i - from]));
  const signals: Series = closes.map((_, i) => (i < from + signal - 1 ? null : smooth[i - from]));
  const histogram: Series = closes.map((_, i) => (i < from + signal - 1 ? null : settled[i - from] - smooth[i - from]));
  return { line, signal: signals, histogram };
}
`;

/** `src/indicators/bollinger.ts`. */
export const bollingerCode = `import type { Series } from '../candle.ts';
import { sma } from './sma.ts';

/**
 * Bollinger Bands (John Bollinger, Bollinger on Bollinger Bands, 2001): the simple moving average of the closes, and \`deviations\` population
 * standard deviations of the same closes above and below it. The first values stand at index \`period - 1\`.
 */
export function bollinger(closes: readonly number[], period: number, deviations: number) {
  const middle = sma(closes, period);
  const width = middle.map((mean, i) => (mean === null ? null : deviations * deviation(closes.slice(i - period + 1, i + 1), mean)));
  const shifted = (sign: 1 | -1): Series =>
    middle.map((mean, i) => {
      const half = width[i];
      return mean === null || half === null ? null : mean + sign * half;
    });
  return { lower: shifted(-1), middle, upper: shifted(1) };
}

function deviation(values: readonly number[], mean: number): number {
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
`;

/** `src/indicators/atr.ts`. */
export const atrCode = `import type { Candle, Series } from '../candle.ts';

/**
 * Average true range (J. Welles Wilder, New Concepts in Technical Trading Systems, 1978): the first value, at index \`period - 1\`, is the mean of
 * the first \`period\` true ranges, then each is smoothed by 1 / period. The first bar has no close before it: its range is high - low.
 */
export function atr(candles: readonly Candle[], period: number): Series {
  let average = 0;
  return candles.map((candle, i) => {
    const range = trueRange(candle, candles[i - 1]);
    average = i < period ? average + range / period : average + (range - average) / period;
    return i < period - 1 ? null : average;
  });
}

function trueRange({ high, low }: Candle, before: Candle | undefined): number {
  if (before === undefined) return high - low;
  return Math.max(high, before.close) - Math.min(low, before.close);
}
`;
