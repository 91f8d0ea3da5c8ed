import { keyOf, unitOf } from '../subject/series.ts';
import { leafInWords } from '../subject/words.ts';
import { type Condition, type Leaf, leavesOf, type Series, seriesOf } from '../subject/strategy.ts';

/** What can never hold, or always does, or compares what cannot be compared. */
export function contradictionsIn(condition: Condition): string[] {
  const leaves = leavesOf(condition);
  const wrong = leaves.flatMap((leaf) => seriesOf(leaf).flatMap(seriesFaults).concat(leafFaults(leaf)));
  if (leaves.length > 20) wrong.push(`${leaves.length} conditions are too many: name at most 20`);
  return [...new Set([...wrong, ...emptyRanges(condition)])];
}

function seriesFaults(series: Series): string[] {
  const name = keyOf(series);
  const periods = 'fast' in series ? [series.fast, series.slow, series.signal] : 'period' in series ? [series.period] : [];
  return [
    ...periods
      .filter((period) => !Number.isInteger(period) || period < 2 || period > 500)
      .map((period) => `${name}: ${period} is no period: name a whole number from 2 to 500`),
    ...('fast' in series && series.fast >= series.slow
      ? [`${name}: the first period must be shorter than the second, as in MACD(12, 26, 9)`]
      : []),
    ...('deviations' in series && !(series.deviations > 0 && series.deviations <= 10)
      ? [`${name}: the width of Bollinger bands is above 0 and at most 10 deviations, as in Bollinger(20, 2)`]
      : []),
  ];
}

function leafFaults(leaf: Leaf): string[] {
  if (leaf.kind === 'pattern') return [];
  const said = leafInWords(leaf);
  const { left, right } = leaf;
  const unit = unitOf(left);
  if (typeof right === 'number') {
    if (unit === 'percent' && (right <= 0 || right >= 100))
      return [`${said}: an RSI lies between 0 and 100, so name a number between them`];
    if ((unit === 'price' || unit === 'volume') && right <= 0) return [`${said}: a ${unit} is above 0, so name a number above 0`];
    return [];
  }
  if (unitOf(right.series) !== unit) {
    return [`${said}: a ${named(left)} cannot be compared with a ${named(right.series)}; compare prices with prices, volumes with volumes`];
  }
  return keyOf(left) === keyOf(right.series) ? [`${said} compares something with itself: name two different things`] : [];
}

const units = { price: 'price', volume: 'volume', percent: 'number from 0 to 100', distance: 'distance between prices' };
const named = (series: Series) => units[unitOf(series)];

/** `RSI(14) < 30 and RSI(14) > 70`: conditions that all must hold leave no value. */
function emptyRanges(condition: Condition): string[] {
  if (!('of' in condition)) return [];
  const inner = condition.of.flatMap(emptyRanges);
  if (condition.kind === 'any') return inner;
  const ranges = new Map<string, { low: number; high: number; said: string[] }>();
  for (const leaf of condition.of) {
    if (leaf.kind !== 'compare' || typeof leaf.right !== 'number') continue;
    const range = ranges.get(keyOf(leaf.left)) ?? { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, said: [] };
    if (leaf.is.startsWith('<')) range.high = Math.min(range.high, leaf.right);
    else range.low = Math.max(range.low, leaf.right);
    range.said.push(leafInWords(leaf));
    ranges.set(keyOf(leaf.left), range);
  }
  const empty = [...ranges.values()].filter(({ low, high }) => low >= high);
  return [...inner, ...empty.map(({ said }) => `${said.join(' and ')} can never hold together: join them with or, or take one away`)];
}
