import type { Reading } from '../../template.ts';
import { canHold } from '../reference/scenarios.ts';
import { conditionInWords } from '../subject/words.ts';
import { type Condition, Strategy } from '../subject/strategy.ts';
import { type Draft, readClause } from './clauses.ts';
import { understoodConditions } from './conditions.ts';
import { contradictionsIn } from './contradictions.ts';
import { atClause, createCursor, type Cursor } from './cursor.ts';
import { tokensOf } from './tokens.ts';
import { tradingWords } from './vocabulary.ts';

const longest = 5000;

/** What is known to be asked for and not offered. */
const notOffered: readonly [RegExp, string][] = [
  [/\bshort\b/i, 'only buying and selling again is offered, no short selling'],
  [/\b(?:python|java|rust|go|c\+\+|pine)\b/i, 'the code is TypeScript that runs on Node'],
  [/\bengulfing\b/i, 'say bullish engulfing or bearish engulfing'],
  [/\b(?:not|no|never|without|unless|except)\b/i, 'say what must hold, not what must not, for example RSI(14) > 70'],
];
const parts = `buy when …, sell when …, stop loss 2 %, take profit 5 %, trailing stop 3 %, hold at most 20 bars, symbol BTC/USD, timeframe 1d, capital 10000, fees 0.1 %; conditions: ${understoodConditions}`;

/** Reads a strategy by rules. Every word is used, says nothing, or is refused by name. */
export function readRequest(request: string): Reading {
  if (!tradingWords.test(request)) return { kind: 'other' };
  if (request.length > longest)
    return { kind: 'refused', problems: [`the request has more than ${longest} characters: say the strategy alone`] };
  const cursor = createCursor(request, tokensOf(request));
  const draft: Draft = {};
  while (cursor.peek() !== undefined) {
    if (cursor.take(',') ?? cursor.take('and') ?? cursor.take('=')) continue;
    if (!readClause(cursor, draft)) refuseWords(cursor);
  }
  const problems = [...cursor.problems, ...missingParts(draft, cursor.problems.length > 0), ...contradictions(draft)];
  if (problems.length > 0) return { kind: 'refused', problems: [...new Set(problems)].slice(0, 20) };
  const read = Strategy.safeParse(draft);
  if (read.success) return { kind: 'understood', subject: read.data };
  return { kind: 'refused', problems: read.error.issues.map(({ path, message }) => `${wordsFor(path)}: ${message}`) };
}

/** Takes all words up to the next part that is understood. */
function refuseWords(cursor: Cursor): void {
  const place = cursor.place();
  do cursor.moveTo(cursor.place() + 1);
  while (cursor.peek() !== undefined && cursor.peek()?.kind !== ',' && !atClause(cursor));
  const words = cursor.words(place);
  if (/^(?:on|for|when|if|once|trade)$/i.test(words)) return;
  const why = notOffered.find(([pattern]) => pattern.test(words))?.[1] ?? `understood are: ${parts}`;
  cursor.object(`"${words}" is not understood: ${why}`);
}

function missingParts(draft: Draft, isRefused: boolean): string[] {
  return [
    ...(draft.entry === undefined && !isRefused
      ? [`nothing says when to buy: add "buy when …". Understood are: ${understoodConditions}`]
      : []),
    ...(draft.stopLoss === undefined && !isRefused ? ['there is no stop loss: add one, such as "stop loss 2 %"'] : []),
    ...(draft.takeProfit === undefined && !isRefused ? ['there is no take profit: add one, such as "take profit 5 %"'] : []),
  ];
}

function contradictions({ entry, exit, stopLoss, trailingStop, ...draft }: Draft): string[] {
  return [
    ...[entry, exit].flatMap((condition) => (condition === undefined ? [] : conditionFaults(condition as Condition))),
    ...outside('stop loss', stopLoss, 99),
    ...outside('take profit', draft.takeProfit, 1000),
    ...outside('trailing stop', trailingStop, 99),
    ...outside('capital', draft.capital, 1e12),
    ...(entry !== undefined && JSON.stringify(entry) === JSON.stringify(exit)
      ? ['buying and selling at the same condition: name another one to sell']
      : []),
  ];
}

/** Contradictions, and, where none is plain to see, a search for values at which the whole holds. */
function conditionFaults(condition: Condition): string[] {
  const faults = contradictionsIn(condition);
  if (faults.length > 0 || canHold(condition)) return faults;
  return [
    `"${conditionInWords(condition)}" seems never to hold: no values were found at which all of it is true. Take a part away, or join with or`,
  ];
}

function outside(name: string, value: unknown, most: number): string[] {
  if (value === undefined || (typeof value === 'number' && value > 0 && value <= most)) return [];
  return [`${name} ${JSON.stringify(value)}: it must be above 0 and at most ${most}`];
}

const names: Record<string, string> = { maxBars: 'hold at most … bars', feePercent: 'fees' };
const wordsFor = (path: PropertyKey[]) => names[String(path[0])] ?? String(path[0]);
