import { isIndicator, keyOf } from '../subject/series.ts';
import { type Bound, type Condition, leavesOf, type Leaf, type PatternName, type Series, seriesOf } from '../subject/strategy.ts';
import { referenceValues } from './indicators.ts';
import type { FixtureBar } from './market.ts';
import { referencePattern } from './patterns.ts';

export type Moment = 'before' | 'now';
/** What a condition is judged by at one bar. */
export type View = {
  value(series: Series, moment: Moment): number | null;
  has(pattern: PatternName): boolean;
  /** Moves comparisons of computed values by that share, to find those that rounding decides. */
  nudge?: number;
};

/** Whether a condition holds; a comparison with a value that is not known does not. */
export function holds(condition: Condition, view: View): boolean {
  if (!('of' in condition)) return leafHolds(condition, view);
  return condition.kind === 'all' ? condition.of.every((part) => holds(part, view)) : condition.of.some((part) => holds(part, view));
}

export function leafHolds(leaf: Leaf, view: View): boolean {
  if (leaf.kind === 'pattern') return view.has(leaf.name);
  const distance = (moment: Moment) => {
    const [left, right] = [view.value(leaf.left, moment), boundValue(leaf.right, view, moment)];
    if (left === null || right === null) return Number.NaN;
    return left - right + (seriesOf(leaf).some(isIndicator) ? (view.nudge ?? 0) * (Math.abs(left) + Math.abs(right)) : 0);
  };
  if (leaf.kind === 'cross') {
    const sign = leaf.to === 'above' ? 1 : -1;
    return sign * distance('before') <= 0 && sign * distance('now') > 0;
  }
  const now = distance('now');
  return { '<': now < 0, '<=': now <= 0, '>': now > 0, '>=': now >= 0 }[leaf.is];
}

function boundValue(bound: Bound, view: View, moment: Moment): number | null {
  if (typeof bound === 'number') return bound;
  const value = view.value(bound.series, moment);
  return value === null ? null : bound.times * value;
}

/** Finds the bars at whose close a condition holds; the values are computed once, however often it is asked. */
export function createSignals(condition: Condition, bars: readonly FixtureBar[]): (nudge?: number) => number[] {
  const leaves = leavesOf(condition);
  const values = new Map(leaves.flatMap(seriesOf).map((series) => [keyOf(series), referenceValues(series, bars)]));
  return (nudge = 0) => {
    const names = leaves.flatMap((leaf) => (leaf.kind === 'pattern' ? [leaf.name] : []));
    const found = new Map(names.map((name) => [name, new Set(referencePattern(name, bars, nudge))]));
    return bars.flatMap((_, i) => {
      const view: View = {
        nudge,
        value: (series, moment) => values.get(keyOf(series))?.[moment === 'now' ? i : i - 1] ?? null,
        has: (pattern) => found.get(pattern)?.has(i) ?? false,
      };
      return holds(condition, view) ? [i] : [];
    });
  };
}
