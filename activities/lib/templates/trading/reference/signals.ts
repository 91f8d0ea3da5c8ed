import { keyOf } from '../subject/series.ts';
import { type Bound, type Condition, leavesOf, type Leaf, type PatternName, type Series, seriesOf } from '../subject/strategy.ts';
import { referenceValues } from './indicators.ts';
import type { FixtureBar } from './market.ts';
import { referencePattern } from './patterns.ts';

export type Moment = 'before' | 'now';
/** What a condition is judged by at one bar. */
export type View = { value(series: Series, moment: Moment): number | null; has(pattern: PatternName): boolean };

/** Whether a condition holds; a comparison with a value that is not known does not. */
export function holds(condition: Condition, view: View): boolean {
  if (!('of' in condition)) return leafHolds(condition, view);
  return condition.kind === 'all' ? condition.of.every((part) => holds(part, view)) : condition.of.some((part) => holds(part, view));
}

export function leafHolds(leaf: Leaf, view: View): boolean {
  if (leaf.kind === 'pattern') return view.has(leaf.name);
  const distance = (moment: Moment) => {
    const [left, right] = [view.value(leaf.left, moment), boundValue(leaf.right, view, moment)];
    return left === null || right === null ? Number.NaN : left - right;
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

/** The bars at whose close a condition holds. */
export function signalsIn(condition: Condition, bars: readonly FixtureBar[]): number[] {
  const leaves = leavesOf(condition);
  const values = new Map(leaves.flatMap(seriesOf).map((series) => [keyOf(series), referenceValues(series, bars)]));
  const found = new Map(
    leaves.flatMap((leaf) => (leaf.kind === 'pattern' ? [[leaf.name, new Set(referencePattern(leaf.name, bars))]] : [])),
  );
  return bars.flatMap((_, i) => {
    const view: View = {
      value: (series, moment) => values.get(keyOf(series))?.[moment === 'now' ? i : i - 1] ?? null,
      has: (pattern) => found.get(pattern)?.has(i) ?? false,
    };
    return holds(condition, view) ? [i] : [];
  });
}
