import type { PatternName } from '../subject/strategy.ts';
import type { FixtureBar } from './market.ts';

/** One candle by its parts, as fractions of its height; `up` is its body with sign, in price. */
type Parts = FixtureBar & { up: number; share: number; above: number; below: number };

/**
 * The bars at which a pattern is complete, judged by each candle's shares; written apart from the generated code. `nudge` moves every limit by that
 * share, to find candles that lie so exactly on a limit that rounding decides.
 */
export function referencePattern(name: PatternName, bars: readonly FixtureBar[], nudge = 0): number[] {
  const parts = bars.map(partsOf);
  return bars.flatMap((_, i) => {
    const [fifth, , third, second, first] = [parts[i - 4], parts[i - 3], parts[i - 2], parts[i - 1], parts[i]];
    if (first === undefined) return [];
    return judges[name]({
      factor: 1 + nudge,
      now: first,
      before: second,
      earlier: third,
      trend: Math.sign((second?.close ?? 0) - (fifth?.close ?? second?.close ?? 0)),
    })
      ? [i]
      : [];
  });
}

type View = { factor: number; now: Parts; before?: Parts; earlier?: Parts; trend: number };

const judges: Record<PatternName, (view: View) => boolean> = {
  'bullish engulfing': ({ now, before }) => before !== undefined && engulfs(before, now, 1),
  'bearish engulfing': ({ now, before }) => before !== undefined && engulfs(before, now, -1),
  hammer: ({ factor, now, trend }) => trend < 0 && pin(now, now.below, now.above, factor),
  'shooting star': ({ factor, now, trend }) => trend > 0 && pin(now, now.above, now.below, factor),
  doji: ({ factor, now }) => now.high > now.low && now.share <= 0.05 * factor,
  'morning star': (view) => star(view, 1),
  'evening star': (view) => star(view, -1),
  'three white soldiers': (view) => march(view, 1),
  'three black crows': (view) => march(view, -1),
};

function engulfs(before: Parts, now: Parts, way: number): boolean {
  const swallowed = way * (now.close - before.open) >= 0 && way * (before.close - now.open) >= 0;
  return before.up * way < 0 && now.up * way > 0 && swallowed && Math.abs(now.up) > Math.abs(before.up);
}

function pin({ share }: Parts, long: number, short: number, factor: number): boolean {
  return share > 0.05 * factor && long >= 2 * share * factor && short <= 0.1 * factor;
}

function star({ factor, now, before, earlier }: View, way: number): boolean {
  if (before === undefined || earlier === undefined) return false;
  const nearer = way > 0 ? Math.max(before.open, before.close) : Math.min(before.open, before.close);
  const small = Math.abs(before.up) <= 0.3 * factor * Math.abs(earlier.up) && way * (earlier.close - nearer) >= 0;
  return (
    earlier.up * way < 0 &&
    earlier.share >= 0.5 * factor &&
    small &&
    now.up * way > 0 &&
    way * (2 * now.close - earlier.open - earlier.close) > (factor - 1) * now.close
  );
}

function march({ factor, now, before, earlier }: View, way: number): boolean {
  if (before === undefined || earlier === undefined) return false;
  const strides = ({ up, share, above, below }: Parts) =>
    up * way > 0 && share >= 0.5 * factor && (way > 0 ? above : below) <= 0.25 * factor;
  const follows = (first: Parts, second: Parts) =>
    way * (second.open - first.open) >= 0 && way * (first.close - second.open) >= 0 && way * (second.close - first.close) > 0;
  return [now, before, earlier].every(strides) && follows(earlier, before) && follows(before, now);
}

function partsOf(bar: FixtureBar): Parts {
  const height = bar.high - bar.low;
  const of = (length: number) => (height === 0 ? 0 : length / height);
  const [bottom, top] = [Math.min(bar.open, bar.close), Math.max(bar.open, bar.close)];
  return {
    ...bar,
    up: bar.close - bar.open,
    share: height === 0 ? 1 : of(top - bottom),
    above: of(bar.high - top),
    below: of(bottom - bar.low),
  };
}
