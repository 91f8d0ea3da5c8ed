import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ATR, BollingerBands, EMA, MACD, RSI, SMA } from 'trading-signals';
import { expect, test } from 'vitest';
import { createRandom } from '../../../../support/random.ts';
import { codeOf, placeFiles, subjectOf } from './project.ts';

type Candle = { open: number; high: number; low: number; close: number; volume: number };
type Code = {
  computeIndicators(bars: readonly Candle[]): { values: Record<string, number | null> }[];
  patternsAt(bars: readonly Candle[], index: number): string[];
};

const subject = subjectOf(
  'buy when RSI(14) < 30 and SMA(20) > EMA(12) and MACD crosses up and MACD histogram(5, 35, 5) > 0 and close < lower Bollinger(20, 2) and close < upper Bollinger(10, 1.5) and ATR(14) > 1 and volume > average volume(20), stop loss 2 %, take profit 5 %',
);

async function generated(): Promise<Code> {
  const folder = await placeFiles(codeOf(subject, ['t2']));
  const load = (path: string): Promise<object> => import(/* @vite-ignore */ pathToFileURL(join(folder, path)).href);
  return { ...(await load('src/indicators.ts')), ...(await load('src/patterns.ts')) } as Code;
}

/** A random walk of 2000 bars. */
function walk(): Candle[] {
  const random = createRandom(20_260_101);
  let close = 100;
  return Array.from({ length: 2000 }, () => {
    const open = close * (1 + (random() - 0.5) * 0.01);
    close = Math.max(1, open * (1 + (random() - 0.5) * 0.06));
    return {
      open,
      close,
      high: Math.max(open, close) * (1 + random() * 0.02),
      low: Math.min(open, close) * (1 - random() * 0.02),
      volume: Math.floor(random() * 9000),
    };
  });
}

// trading-signals 8: RSI and ATR with Wilder's smoothing that starts from a plain mean; EMA from the first value, MACD's signal from the first
// settled line; Bollinger with the population deviation.
test('every indicator agrees with trading-signals on a long random walk, once it has settled', async () => {
  const bars = walk();
  const [rsi, sma, ema, atr, average] = [new RSI(14), new SMA(20), new EMA(12), new ATR(14), new SMA(20)];
  const [macd, other] = [new MACD(new EMA(12), new EMA(26), new EMA(9)), new MACD(new EMA(5), new EMA(35), new EMA(5))];
  const [wide, narrow] = [new BollingerBands(20, 2), new BollingerBands(10, 1.5)];
  const found = (await generated()).computeIndicators(bars);
  const first: Record<string, number> = {};
  for (const [index, bar] of bars.entries()) {
    ema.update(bar.close, false);
    const [line, second] = [macd.update(bar.close, false), other.update(bar.close, false)];
    const [bands, tight] = [wide.update(bar.close, false), narrow.update(bar.close, false)];
    const expected: Record<string, number | null | undefined> = {
      rsi14: rsi.update(bar.close, false),
      sma20: sma.update(bar.close, false),
      ema12: ema.isStable ? ema.getResultOrThrow() : null,
      atr14: atr.update(bar, false),
      averageVolume20: average.update(bar.volume, false),
      macd12_26_9: line?.macd,
      macdSignal12_26_9: line?.signal,
      macdHistogram5_35_5: second?.histogram,
      bollingerLower20_2: bands?.lower,
      bollingerUpper10_1_5: tight?.upper,
    };
    const { values } = found[index] ?? { values: {} };
    expect(Object.keys(values).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, value] of Object.entries(values)) {
      if (value === null) continue;
      first[name] ??= index;
      const theirs = expected[name] ?? Number.NaN;
      if (!(Math.abs(value - theirs) <= 1e-9 * Math.max(1, Math.abs(theirs))))
        expect.fail(`${name} at ${index}: ${value}, trading-signals ${theirs}`);
    }
  }
  expect(first).toEqual({
    rsi14: 14,
    sma20: 19,
    ema12: 11,
    atr14: 13,
    averageVolume20: 19,
    macd12_26_9: 25,
    macdSignal12_26_9: 33,
    macdHistogram5_35_5: 38,
    bollingerLower20_2: 19,
    bollingerUpper10_1_5: 9,
  });
});

test('an RSI is 100 without losses, 0 without gains, 50 when nothing moves', async () => {
  const { computeIndicators } = await generated();
  const last = (step: number) => {
    const bars = Array.from({ length: 60 }, (_, i) => ({ open: 100, high: 200, low: 1, close: 100 + i * step, volume: 1 }));
    return computeIndicators(bars).at(-1)?.values.rsi14;
  };
  expect([last(1), last(-1), last(0)]).toEqual([100, 0, 50]);
});

/** Open, high, low, close; the last bar completes the pattern or misses it by one thing. */
const fall = [
  [58, 59, 55, 56],
  [56, 57, 53, 54],
  [54, 55, 51, 52],
  [52, 53, 49, 50],
];
const rise = [
  [42, 45, 41, 44],
  [44, 47, 43, 46],
  [46, 49, 45, 48],
  [48, 51, 47, 50],
];
test.each<[string, boolean, number[][]]>([
  [
    'bullish engulfing',
    true,
    [
      [20, 20.5, 18, 18.5],
      [18.5, 21, 18, 20.5],
    ],
  ],
  [
    'bullish engulfing',
    false,
    [
      [20, 20.5, 18, 18.5],
      [18.6, 21, 18, 20.5],
    ],
  ],
  [
    'bullish engulfing',
    false,
    [
      [20, 20.5, 18, 18.5],
      [18.5, 21, 18, 20],
    ],
  ],
  [
    'bearish engulfing',
    true,
    [
      [18, 20.5, 17.5, 20],
      [20.2, 20.6, 17, 17.5],
    ],
  ],
  [
    'bearish engulfing',
    false,
    [
      [18, 20.5, 17.5, 20],
      [20.2, 20.6, 17, 18.1],
    ],
  ],
  ['hammer', true, [...fall, [49, 50.1, 45, 50]]],
  ['hammer', false, [...fall, [49, 50.1, 47.1, 50]]],
  ['hammer', false, [...rise, [49, 50.1, 45, 50]]],
  ['shooting star', true, [...rise, [51, 55, 49.9, 50]]],
  ['shooting star', false, [...rise, [51, 55, 48, 50]]],
  ['doji', true, [[30, 31, 29, 30.09]]],
  ['doji', false, [[30, 31, 29, 30.11]]],
  [
    'morning star',
    true,
    [
      [60, 60.5, 53, 54],
      [53, 53.5, 51.5, 52],
      [53, 58, 52.5, 57.5],
    ],
  ],
  [
    'morning star',
    false,
    [
      [60, 60.5, 53, 54],
      [54.5, 55, 52, 53],
      [53, 58, 52.5, 57.5],
    ],
  ],
  [
    'morning star',
    false,
    [
      [60, 60.5, 53, 54],
      [53, 53.5, 51.5, 52],
      [53, 58, 52.5, 56.9],
    ],
  ],
  [
    'evening star',
    true,
    [
      [54, 61, 53.5, 60],
      [61, 62.5, 60.5, 62],
      [61, 61.5, 56, 56.5],
    ],
  ],
  [
    'evening star',
    false,
    [
      [54, 61, 53.5, 60],
      [61, 62.5, 60.5, 62],
      [61, 61.5, 56, 57.1],
    ],
  ],
  [
    'three white soldiers',
    true,
    [
      [30, 33, 29.5, 32.8],
      [31.5, 35, 31, 34.6],
      [33, 37, 32.5, 36.8],
    ],
  ],
  [
    'three white soldiers',
    false,
    [
      [30, 33, 29.5, 32.8],
      [31.5, 35, 31, 34.6],
      [33, 35, 32.5, 34.5],
    ],
  ],
  [
    'three black crows',
    true,
    [
      [37, 37.5, 33.8, 34],
      [35.5, 36, 32, 32.3],
      [33.5, 34, 30, 30.2],
    ],
  ],
  [
    'three black crows',
    false,
    [
      [37, 37.5, 33.8, 34],
      [35.5, 36, 30, 32.5],
      [33.5, 34, 30, 30.2],
    ],
  ],
])('%s is %s by hand', async (pattern, is, prices) => {
  const bars = prices.map(([open = 0, high = 0, low = 0, close = 0]) => ({ open, high, low, close, volume: 1 }));
  expect((await generated()).patternsAt(bars, bars.length - 1).includes(pattern)).toBe(is);
});
