import type { Condition, Strategy } from '../subject/strategy.ts';
import { readConditions } from './conditions.ts';
import { atClause, type Cursor } from './cursor.ts';
import type { ClauseName } from './vocabulary.ts';

/** What the request said; each part at most once. */
export type Draft = Partial<{ [K in keyof Strategy]: unknown }>;

const percents: Partial<Record<ClauseName, string>> = {
  stopLoss: 'stop loss 2 %',
  takeProfit: 'take profit 5 %',
  trailingStop: 'trailing stop 3 %',
  feePercent: 'fees 0.1 %',
};

/** Reads one part of the request into the draft; false when none begins here. */
export function readClause(cursor: Cursor, draft: Draft): boolean {
  const place = cursor.place();
  cursor.skip('and', 'when');
  if (atPercent(cursor)) return readTurned(cursor, draft, cursor.place());
  const symbol = cursor.take('symbol');
  if (symbol !== undefined) return put(cursor, draft, 'symbol', symbol.text, place);
  const timeframe = cursor.take('timeframe');
  if (timeframe !== undefined) return put(cursor, draft, 'timeframe', timeframe.is, place);
  const clause = cursor.take('clause');
  if (clause === undefined) {
    cursor.moveTo(place);
    return readLeading(cursor, draft);
  }
  if (clause.of === 'entry' || clause.of === 'exit') return readRule(cursor, draft, clause.of, place);
  cursor.skip('=');
  if (percents[clause.of] !== undefined) return readPercent(cursor, draft, clause.of, place);
  if (clause.of === 'capital') return readCapital(cursor, draft, place);
  if (clause.of === 'maxBars') return readBars(cursor, draft, place);
  // `timeframe 1d`: the next piece is the value itself.
  return cursor.peek()?.kind === 'timeframe' ? readClause(cursor, draft) : missing(cursor, place, 'symbol BTC/USD or timeframe 1d');
}

/** `buy AAPL when …`, `entry: …`; `exit with stop loss 2 %` says nothing by itself. */
function readRule(cursor: Cursor, draft: Draft, rule: 'entry' | 'exit', place: number): boolean {
  readTicker(cursor, draft);
  cursor.skip('=', 'when');
  if (cursor.peek()?.kind !== 'word' && (atClause(cursor) || cursor.peek() === undefined)) {
    return rule === 'exit' || missing(cursor, place, 'buy when RSI(14) < 30');
  }
  const condition = readConditions(cursor);
  return condition === undefined ? true : put(cursor, draft, rule, condition, place);
}

/** `if RSI(14) < 30 then buy`. */
function readLeading(cursor: Cursor, draft: Draft): boolean {
  const place = cursor.place();
  if (readTicker(cursor, draft)) return true;
  if (cursor.peek()?.kind !== 'when' || !['series', 'pattern', '('].includes(cursor.peek(1)?.kind ?? '')) return false;
  cursor.take('when');
  const condition: Condition | undefined = readConditions(cursor);
  cursor.skip(',', 'and');
  const clause = cursor.take('clause');
  if (condition === undefined) return true;
  if (clause?.of !== 'entry' && clause?.of !== 'exit') return missing(cursor, place, 'buy when … or sell when …');
  return put(cursor, draft, clause.of, condition, place);
}

/** `on BTC/USD`, `buy AAPL`: capitals where a name is expected. */
function readTicker(cursor: Cursor, draft: Draft): boolean {
  const place = cursor.place();
  cursor.skip('when');
  const word = cursor.peek();
  const before = cursor.peek(-1);
  const expected = cursor.place() > place || (before?.kind === 'clause' && before.of === 'entry');
  if (expected && word?.kind === 'word' && /^[A-Z][A-Z0-9]{1,9}(?:[./-][A-Z0-9]{1,6})?$/.test(word.text)) {
    cursor.take('word');
    return put(cursor, draft, 'symbol', word.text, place);
  }
  cursor.moveTo(place);
  return false;
}

function atPercent(cursor: Cursor): boolean {
  const [number, percent, clause] = [cursor.peek(), cursor.peek(1), cursor.peek(2)];
  return number?.kind === 'number' && percent?.kind === '%' && clause?.kind === 'clause' && percents[clause.of] !== undefined;
}

/** `2 % stop loss`. */
function readTurned(cursor: Cursor, draft: Draft, place: number): boolean {
  const number = cursor.take('number');
  cursor.take('%');
  const clause = cursor.take('clause');
  return clause !== undefined && put(cursor, draft, clause.of, number?.value, place);
}

function readPercent(cursor: Cursor, draft: Draft, clause: ClauseName, place: number): boolean {
  const number = cursor.take('number');
  if (number === undefined || !cursor.take('%')) return missing(cursor, place, `${percents[clause]}, with the percent sign`);
  return put(cursor, draft, clause, number.value, place);
}

function readCapital(cursor: Cursor, draft: Draft, place: number): boolean {
  cursor.skip('currency');
  const number = cursor.take('number');
  if (number === undefined || cursor.peek()?.kind === '%') return missing(cursor, place, 'capital 10000');
  cursor.skip('currency');
  return put(cursor, draft, 'capital', number.value, place);
}

function readBars(cursor: Cursor, draft: Draft, place: number): boolean {
  const ahead = cursor.take('bars');
  cursor.skip('=');
  const number = cursor.take('number');
  const behind = cursor.take('bars') ?? (cursor.peek()?.text.toLowerCase() === 'bar' ? cursor.take('period') : undefined);
  if (number === undefined || (ahead ?? behind) === undefined) return missing(cursor, place, 'hold at most 20 bars');
  return put(cursor, draft, 'maxBars', number.value, place);
}

function put(cursor: Cursor, draft: Draft, part: ClauseName, value: unknown, place: number): true {
  if (draft[part] !== undefined) cursor.object(`"${cursor.words(place)}" is the second of its kind: say it once`);
  draft[part] ??= value;
  return true;
}

function missing(cursor: Cursor, place: number, example: string): true {
  cursor.object(`"${cursor.words(place)}" is not complete: write it as in "${example}"`);
  return true;
}
