import type { Bound, Condition, Series } from '../subject/strategy.ts';
import { atClause, type Cursor } from './cursor.ts';
import { readOperand } from './operands.ts';

const deepest = 10;
const mirrored = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

/** How conditions may be said; part of messages. */
export const understoodConditions =
  'RSI(14) < 30; MACD crosses up, down, above or below zero; price crosses above SMA(50); close below lower Bollinger(20, 2); volume > 1.5 x average volume(20); bullish engulfing, hammer, doji, morning star and the like; joined by and, or, and parentheses';

/**
 * Conditions with commas between them all hold; `or` binds closer than a comma, `and` closer than `or`. What English leaves open (`A, B or C`) is
 * noted as a problem.
 */
export function readConditions(cursor: Cursor, depth = 0): Condition | undefined {
  const place = cursor.place();
  cursor.skip('confirms');
  const parts = [readAny(cursor, depth)];
  let [joinedByOr, joinedByAnd, openEnd] = [false, false, false];
  while (!atEnd(cursor) && separates(cursor)) {
    const before = cursor.place();
    if (cursor.take('or')) joinedByOr = true;
    else joinedByAnd = true;
    const confirmed = cursor.take('confirms') !== undefined;
    const part = readAny(cursor, depth);
    openEnd ||= !confirmed && cursor.words(before).includes(' or ') && part?.kind === 'any' && !endsInParentheses(cursor);
    parts.push(part);
  }
  if ((joinedByOr && joinedByAnd) || openEnd) {
    cursor.object(`"${cursor.words(place)}" can be read in two ways: put parentheses around what belongs together`);
    return undefined;
  }
  return joined(joinedByOr ? 'any' : 'all', parts);
}

/** Steps over a comma or a "confirmed by" when a condition comes after it. */
function separates(cursor: Cursor): boolean {
  const place = cursor.place();
  cursor.skip(',');
  if (cursor.place() === place) return cursor.peek()?.kind === 'confirms';
  if (atEnd(cursor)) {
    cursor.moveTo(place);
    return false;
  }
  cursor.skip('and');
  return true;
}

function readAny(cursor: Cursor, depth: number): Condition | undefined {
  const parts = [readAll(cursor, depth)];
  while (!atEnd(cursor) && cursor.take('or')) parts.push(readAll(cursor, depth));
  return joined('any', parts);
}

function readAll(cursor: Cursor, depth: number): Condition | undefined {
  const parts = [readOne(cursor, depth)];
  while (!atEnd(cursor) && cursor.take('and')) parts.push(readOne(cursor, depth));
  return joined('all', parts);
}

function readOne(cursor: Cursor, depth: number): Condition | undefined {
  const place = cursor.place();
  cursor.skip('confirms', 'when');
  const pattern = cursor.take('pattern');
  if (pattern !== undefined) {
    cursor.skip('confirms');
    return { kind: 'pattern', name: pattern.name };
  }
  if (atEnd(cursor)) {
    cursor.object(`a condition is missing after "${cursor.words(Math.max(place - 2, 0))}". Understood are: ${understoodConditions}`);
    return undefined;
  }
  const problems = cursor.problems.length;
  const condition = cursor.peek()?.kind === '(' ? readParentheses(cursor, depth) : readRelation(cursor);
  if (condition !== undefined || cursor.problems.length > problems) return condition;
  skipPart(cursor);
  cursor.object(`"${cursor.words(place).trim()}" is not understood as a condition. Understood are: ${understoodConditions}`);
  return undefined;
}

function readParentheses(cursor: Cursor, depth: number): Condition | undefined {
  if (depth >= deepest) return undefined;
  cursor.take('(');
  const condition = readConditions(cursor, depth + 1);
  return cursor.take(')') && condition;
}

function readRelation(cursor: Cursor): Condition | undefined {
  const left = readOperand(cursor);
  if (left === undefined) return undefined;
  const series = seriesIn(left);
  const extreme = cursor.take('extreme');
  if (extreme !== undefined)
    return series?.of === 'rsi' ? { kind: 'compare', left: series, is: extreme.is, right: extreme.value } : undefined;
  const compare = cursor.take('compare');
  if (compare !== undefined) {
    const right = readOperand(cursor, series);
    if (right === undefined) return undefined;
    if (series !== undefined) return { kind: 'compare', left: series, is: compare.is, right: right };
    const turned = seriesIn(right);
    return turned && { kind: 'compare', left: turned, is: mirrored[compare.is], right: left };
  }
  const cross = cursor.take('cross');
  if (cross === undefined || series === undefined) return undefined;
  const signal = 'fast' in series && series.of === 'macd' ? { times: 1, series: { ...series, of: 'macdSignal' as const } } : undefined;
  const right = readOperand(cursor, series) ?? signal;
  return right === undefined ? undefined : { kind: 'cross', left: series, to: cross.to, right: right };
}

function seriesIn(bound: Bound): Series | undefined {
  return typeof bound === 'object' && bound.times === 1 ? bound.series : undefined;
}

function joined(kind: 'all' | 'any', parts: readonly (Condition | undefined)[]): Condition | undefined {
  const known = parts.filter((part) => part !== undefined);
  if (known.length < parts.length) return undefined;
  const of = known.flatMap((part) => ('of' in part && part.kind === kind ? part.of : [part]));
  return of.length === 1 ? of[0] : { kind, of };
}

function atEnd(cursor: Cursor): boolean {
  return cursor.peek() === undefined || atClause(cursor);
}

function skipPart(cursor: Cursor): void {
  do cursor.moveTo(cursor.place() + 1);
  while (cursor.peek() !== undefined && !atClause(cursor) && ![',', 'and', 'or'].includes(cursor.peek()?.kind ?? ''));
}

function endsInParentheses(cursor: Cursor): boolean {
  return cursor.peek(-1)?.kind === ')';
}
