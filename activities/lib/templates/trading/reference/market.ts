import type { PatternName, Strategy } from '../subject/strategy.ts';
import { createRandom } from './random.ts';

export type FixtureBar = { time: string; open: number; high: number; low: number; close: number; volume: number };

type Shape = { open: number; high: number; low: number; close: number };
type Timeframe = Strategy['timeframe'];

/**
 * Invented bars with slides, calm stretches, rallies and the wanted patterns at their turns, so that rules have something to find. The same seed
 * gives the same bars. They say nothing of any real market.
 */
export function inventBars(order: { seed: number; count: number; timeframe: Timeframe; patterns?: readonly PatternName[] }): FixtureBar[] {
  const random = createRandom(order.seed);
  const wanted = order.patterns?.length ? order.patterns : (['bullish engulfing', 'hammer', 'morning star'] as const);
  const shapes: Shape[] = [];
  let last = 80 + random() * 60;
  const add = (candles: Shape[]) => {
    shapes.push(...candles);
    last = candles.at(-1)?.close ?? last;
  };
  while (shapes.length < order.count) {
    const falls = random() < 0.5 + Math.max(-0.35, Math.min(0.35, (last - 100) / 100));
    const way = falls ? -1 : 1;
    const steep = 0.004 + random() * 0.012;
    for (let left = 10 + random() * 25; left > 0; left -= 1) add([step(random, last, way * steep, steep)]);
    // The move calms down, so that the faster averages turn before the price does.
    for (let left = 3 + random() * 9; left > 0; left -= 1) add([step(random, last, way * steep * 0.3, steep * 0.2)]);
    add(drawings[wanted[Math.floor(random() * wanted.length)] ?? 'doji'](last, last * (0.006 + random() * 0.02)));
    for (let left = 4 + random() * 20; left > 0; left -= 1) add([step(random, last, -way * steep * 0.4, 0.008)]);
  }
  return shapes.slice(0, order.count).map((shape, i) => ({
    time: timeAt(order.timeframe, i),
    ...rounded(shape),
    volume: Math.round(500 + random() * 1000 + (random() < 0.1 ? 1500 : 0)),
  }));
}

/** CSV as the generated code reads it. */
export function csvOf(bars: readonly FixtureBar[]): string {
  const rows = bars.map(({ time, open, high, low, close, volume }) => [
    time,
    ...[open, high, low, close].map((price) => price.toFixed(2)),
    volume,
  ]);
  return [['time', 'open', 'high', 'low', 'close', 'volume'], ...rows].map((row) => `${row.join(',')}\n`).join('');
}

function step(random: () => number, last: number, drift: number, width: number): Shape {
  const open = last * (1 + (random() - 0.5) * 0.001);
  const close = open * (1 + drift + (random() - 0.5) * 2 * width);
  return { open, close, high: Math.max(open, close) * (1 + random() * 0.005), low: Math.min(open, close) * (1 - random() * 0.005) };
}

/** A pattern after the price `p`, `u` high. Its first candle continues the move. */
const drawings: Record<PatternName, (p: number, u: number) => Shape[]> = {
  'bullish engulfing': (p, u) => [candle(p, p - 0.4 * u, 0.1 * u), candle(p - 0.5 * u, p + 0.2 * u, 0.1 * u)],
  'bearish engulfing': (p, u) => [candle(p, p + 0.4 * u, 0.1 * u), candle(p + 0.5 * u, p - 0.2 * u, 0.1 * u)],
  hammer: (p, u) => [{ open: p, close: p + 0.25 * u, high: p + 0.28 * u, low: p - u }],
  'shooting star': (p, u) => [{ open: p, close: p - 0.25 * u, high: p + u, low: p - 0.28 * u }],
  doji: (p, u) => [{ open: p, close: p + 0.01 * u, high: p + u, low: p - u }],
  'morning star': (p, u) => [candle(p, p - u, 0.1 * u), candle(p - 1.1 * u, p - 1.2 * u, 0.1 * u), candle(p - u, p - 0.1 * u, 0.1 * u)],
  'evening star': (p, u) => [candle(p, p + u, 0.1 * u), candle(p + 1.1 * u, p + 1.2 * u, 0.1 * u), candle(p + u, p + 0.1 * u, 0.1 * u)],
  'three white soldiers': (p, u) => [0, 1, 2].map((i) => candle(p + i * 0.7 * u, p + (i * 0.7 + 1) * u, 0.1 * u)),
  'three black crows': (p, u) => [0, 1, 2].map((i) => candle(p - i * 0.7 * u, p - (i * 0.7 + 1) * u, 0.1 * u)),
};

function candle(open: number, close: number, shadow: number): Shape {
  return { open, close, high: Math.max(open, close) + shadow, low: Math.min(open, close) - shadow };
}

/** Cents, and never below one. */
function rounded(shape: Shape): Shape {
  const cents = (price: number) => Math.max(1, Math.round(price * 100) / 100);
  return { open: cents(shape.open), high: cents(shape.high), low: cents(shape.low), close: cents(shape.close) };
}

const minutes: Record<Timeframe, number> = { '1m': 1, '5m': 5, '15m': 15, '30m': 30, '1h': 60, '4h': 240, '1d': 1440, '1w': 10_080 };

function timeAt(timeframe: Timeframe, index: number): string {
  // A stock exchange's days: from a Monday on, five of each seven.
  const steps = timeframe === '1d' ? index + 2 * Math.floor(index / 5) : index;
  const time = new Date(Date.UTC(2024, 0, 1) + steps * minutes[timeframe] * 60_000).toISOString();
  return minutes[timeframe] >= 1440 ? time.slice(0, 10) : time.replace('.000Z', 'Z');
}
