/** `src/patterns.ts`: candle patterns. */
export const patternCode = `import type { Candle } from './candle.ts';

/**
 * Candle patterns after Steve Nison, Japanese Candlestick Charting Techniques, 1991. Nison describes them in words; the shares below make them
 * exact. Each looks at the bar at \`index\` and at those before it, never at a later one.
 */
export const patterns = {
  'bullish engulfing': (candles, index) => engulfing(candles, index, isBearish, isBullish),
  'bearish engulfing': (candles, index) => engulfing(candles, index, isBullish, isBearish),
  hammer: (candles, index) => isFalling(candles, index) && hasLongShadow(candles[index], lowerShadow, upperShadow),
  'shooting star': (candles, index) => isRising(candles, index) && hasLongShadow(candles[index], upperShadow, lowerShadow),
  doji: (candles, index) => range(candles[index]) > 0 && body(candles[index]) <= dojiBody * range(candles[index]),
  'morning star': (candles, index) => isMorningStar(lastThree(candles, index)),
  'evening star': (candles, index) => isMorningStar(lastThree(candles, index).map(upsideDown)),
  'three white soldiers': (candles, index) => areSoldiers(lastThree(candles, index)),
  'three black crows': (candles, index) => areSoldiers(lastThree(candles, index).map(upsideDown)),
} satisfies Record<string, (candles: readonly Candle[], index: number) => boolean>;

export type Pattern = keyof typeof patterns;

/** The patterns that are complete with the bar at \`index\`. */
export function patternsAt(candles: readonly Candle[], index: number): Pattern[] {
  return (Object.keys(patterns) as Pattern[]).filter((name) => patterns[name](candles, index));
}

/** A doji's body is at most this share of its range. */
const dojiBody = 0.05;
/** A long body is at least this share of the range. */
const longBody = 0.5;
/** The body of a star is at most this share of the body before it. */
const starBody = 0.3;
/** A shadow that hardly counts is at most this share of the range. */
const shortShadow = 0.1;
/** Soldiers close near their high: the shadow above is at most this share of the range. */
const soldierShadow = 0.25;

const body = ({ open, close }: Candle) => Math.abs(close - open);
const range = ({ high, low }: Candle) => high - low;
const upperShadow = ({ open, high, close }: Candle) => high - Math.max(open, close);
const lowerShadow = ({ open, low, close }: Candle) => Math.min(open, close) - low;
const isBullish = ({ open, close }: Candle) => close > open;
const isBearish = ({ open, close }: Candle) => close < open;
const hasLongBody = (candle: Candle) => body(candle) >= longBody * range(candle);

/** The close before the bar is below the close three bars earlier. */
function isFalling(candles: readonly Candle[], index: number): boolean {
  return index >= 4 && candles[index - 1].close < candles[index - 4].close;
}

function isRising(candles: readonly Candle[], index: number): boolean {
  return index >= 4 && candles[index - 1].close > candles[index - 4].close;
}

/** A body of the other colour that covers the whole body before it and is larger. */
function engulfing(candles: readonly Candle[], index: number, first: (candle: Candle) => boolean, second: (candle: Candle) => boolean) {
  if (index < 1) return false;
  const [before, now] = [candles[index - 1], candles[index]];
  const covers = Math.min(now.open, now.close) <= Math.min(before.open, before.close);
  const tops = Math.max(now.open, now.close) >= Math.max(before.open, before.close);
  return first(before) && second(now) && covers && tops && body(now) > body(before);
}

/** One shadow at least twice the body, hardly any on the other side, and a body that is more than a doji's. */
function hasLongShadow(candle: Candle, long: (candle: Candle) => number, short: (candle: Candle) => number): boolean {
  const isDoji = body(candle) <= dojiBody * range(candle);
  return !isDoji && long(candle) >= 2 * body(candle) && short(candle) <= shortShadow * range(candle);
}

/** A long falling body, a small body that does not reach up into it, and a rising one that closes above the middle of the first. */
function isMorningStar([first, star, last]: Candle[]): boolean {
  if (first === undefined || star === undefined || last === undefined) return false;
  const isStar = body(star) <= starBody * body(first) && Math.max(star.open, star.close) <= first.close;
  return isBearish(first) && hasLongBody(first) && isStar && isBullish(last) && last.close > (first.open + first.close) / 2;
}

/** Three long rising bodies that close near their highs; each opens within the body before it and closes higher. */
function areSoldiers(three: Candle[]): boolean {
  const strong = three.every((candle) => isBullish(candle) && hasLongBody(candle) && upperShadow(candle) <= soldierShadow * range(candle));
  const steps = three.slice(1).every((candle, i) => {
    const before = three[i];
    return candle.open >= before.open && candle.open <= before.close && candle.close > before.close;
  });
  return three.length === 3 && strong && steps;
}

function lastThree(candles: readonly Candle[], index: number): Candle[] {
  return index < 2 ? [] : candles.slice(index - 2, index + 1);
}

/** Turns highs into lows, so that each pattern of a falling market is the rising one upside down. */
function upsideDown({ open, high, low, close, volume }: Candle): Candle {
  return { open: -open, high: -low, low: -high, close: -close, volume };
}
`;
