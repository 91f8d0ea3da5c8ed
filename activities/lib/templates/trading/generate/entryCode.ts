import type { Strategy } from '../subject/strategy.ts';
import { conditionInWords } from '../subject/words.ts';
import { conditionBody, helperImport } from './conditionCode.ts';
import { commented } from './layout.ts';

/** `src/position.ts`. */
export const positionCode = `/** What is held. */
export type Position = {
  entryTime: string;
  entryPrice: number;
  quantity: number;
  /** Highest price since the entry in the bars before the present one; the entry price at first. */
  highest: number;
  /** Bars since the entry, the bar of the entry and the present one included. */
  barsHeld: number;
};
`;

/** `src/entry.ts`. */
export function entryCode({ entry }: Strategy): string {
  const { lines, helpers } = conditionBody(entry);
  const promise = `Whether the close of this bar is a reason to buy: ${conditionInWords(entry)}. Never while a position is open. The purchase itself is made at the next bar's open.`;
  return [
    "import type { Candle } from './candle.ts';",
    ...helperImport(helpers),
    "import type { Indicators } from './indicators.ts';",
    "import type { Position } from './position.ts';",
    '',
    commented(promise),
    'export function should_enter(bar: Candle, indicators: Indicators, position: Position | null): boolean {',
    '  if (position !== null) return false;',
    ...lines,
    '}',
    '',
  ].join('\n');
}
