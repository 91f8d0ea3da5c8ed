import type { Series } from '../subject/strategy.ts';
import type { FixtureBar } from './market.ts';

/**
 * Values of a series by closed formulas (weighted sums over the whole past), where the generated code goes step by step: what both say is right,
 * or wrong in two different ways. null where there are not enough bars.
 */
export function referenceValues(series: Series, bars: readonly FixtureBar[]): (number | null)[] {
  const closes = bars.map(({ close }) => close);
  switch (series.of) {
    case 'rsi':
      return relativeStrength(closes, series.period);
    case 'sma':
      return settled(closes, series.period - 1, (i) => meanOf(closes, i, series.period));
    case 'averageVolume':
      return settled(bars, series.period - 1, (i) =>
        meanOf(
          bars.map(({ volume }) => volume),
          i,
          series.period,
        ),
      );
    case 'ema':
      return settled(closes, series.period - 1, (i) => exponential(closes, i, series.period));
    case 'atr':
      return settled(bars, series.period - 1, (i) => wilder(trueRanges(bars), i, series.period));
    case 'macd':
    case 'macdSignal':
    case 'macdHistogram':
      return convergence(closes, series);
    case 'bollingerLower':
    case 'bollingerMiddle':
    case 'bollingerUpper':
      return settled(closes, series.period - 1, (i) => band(closes, i, series));
    default:
      return bars.map((bar) => bar[series.of]);
  }
}

function settled(values: readonly unknown[], first: number, at: (index: number) => number): (number | null)[] {
  return values.map((_, i) => (i < first ? null : at(i)));
}

function meanOf(values: readonly number[], index: number, period: number): number {
  let total = 0;
  for (let back = 0; back < period; back += 1) total += values[index - back] ?? 0;
  return total / period;
}

/** (1 - w)^i · x0 + Σ w · (1 - w)^(i - k) · xk. */
function exponential(values: readonly number[], index: number, period: number): number {
  const weight = 2 / (period + 1);
  let total = 0;
  let share = weight;
  // What is older than this cannot be seen in a double any more.
  for (let k = index; k > 0 && share > 1e-30; k -= 1, share *= 1 - weight) total += share * (values[k] ?? 0);
  return total + (share / weight) * (values[0] ?? 0);
}

/** The mean of the first values, faded, and the later ones with fading weights of 1 / period. */
function wilder(values: readonly number[], index: number, period: number): number {
  const fade = (period - 1) / period;
  let total = 0;
  let share = 1;
  for (let k = index; k >= period; k -= 1, share *= fade) total += (share / period) * (values[k] ?? 0);
  return total + share * meanOf(values, period - 1, period);
}

function relativeStrength(closes: readonly number[], period: number): (number | null)[] {
  const changes = closes.slice(1).map((close, i) => close - (closes[i] ?? close));
  const [gains, losses] = [changes.map((change) => Math.max(change, 0)), changes.map((change) => Math.max(-change, 0))];
  return settled(closes, period, (i) => {
    const [gain, loss] = [wilder(gains, i - 1, period), wilder(losses, i - 1, period)];
    return gain + loss === 0 ? 50 : (100 * gain) / (gain + loss);
  });
}

function trueRanges(bars: readonly FixtureBar[]): number[] {
  return bars.map(({ high, low }, i) => {
    const before = bars[i - 1]?.close ?? low;
    return Math.max(high - low, i === 0 ? 0 : Math.abs(high - before), i === 0 ? 0 : Math.abs(low - before));
  });
}

function convergence(closes: readonly number[], series: { of: string; fast: number; slow: number; signal: number }): (number | null)[] {
  const line = closes.map((_, i) => exponential(closes, i, series.fast) - exponential(closes, i, series.slow));
  if (series.of === 'macd') return settled(closes, series.slow - 1, (i) => line[i] ?? 0);
  const whole = line.slice(series.slow - 1);
  const signal = (i: number) => exponential(whole, i - series.slow + 1, series.signal);
  const first = series.slow + series.signal - 2;
  return settled(closes, first, (i) => (series.of === 'macdSignal' ? signal(i) : (line[i] ?? 0) - signal(i)));
}

/** Deviation as the square root of mean of squares minus square of mean, taken around the newest close to keep its digits. */
function band(closes: readonly number[], index: number, series: { of: string; period: number; deviations: number }): number {
  const origin = closes[index] ?? 0;
  const shifted = closes.map((close) => close - origin);
  const mean = meanOf(shifted, index, series.period);
  const squares = meanOf(
    shifted.map((value) => value * value),
    index,
    series.period,
  );
  const width = series.deviations * Math.sqrt(Math.max(squares - mean * mean, 0));
  const side = { bollingerLower: -1, bollingerMiddle: 0, bollingerUpper: 1 }[series.of] ?? 0;
  return origin + mean + side * width;
}
