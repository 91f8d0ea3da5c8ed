import type { Strategy } from '../subject/strategy.ts';
import { conditionInWords, numberInWords } from '../subject/words.ts';
import { conditionBody, helperImport } from './conditionCode.ts';
import { commented } from './layout.ts';

/** `src/exit.ts`. */
export function exitCode(strategy: Strategy): string {
  const { exit } = strategy;
  const rule = exit === undefined ? undefined : conditionBody(exit);
  const isPriceOnly = rule?.lines.every((line) => !line.includes('indicators;')) ?? true;
  return [
    "import type { Candle } from './candle.ts';",
    ...helperImport(rule?.helpers ?? []),
    "import type { Indicators } from './indicators.ts';",
    "import type { Position } from './position.ts';",
    '',
    ...limitsCode(strategy),
    '',
    head,
    ...stopCode(strategy),
    '  const target = position.entryPrice * (1 + limits.takeProfit / 100);',
    '  if (bar.low <= stop.level) return { reason: stop.reason, price: Math.min(bar.open, stop.level) };',
    "  if (bar.high >= target) return { reason: 'take profit', price: Math.max(bar.open, target) };",
    ...(exit === undefined
      ? []
      : [`  if (isExitRule(${isPriceOnly ? 'bar' : 'bar, indicators'})) return { reason: 'exit rule', price: null };`]),
    ...(strategy.maxBars === undefined ? [] : ["  if (position.barsHeld >= limits.maxBars) return { reason: 'bars held', price: null };"]),
    '  return null;',
    '}',
    ...(strategy.trailingStop === undefined ? [] : [stopOf]),
    ...(exit === undefined || rule === undefined
      ? []
      : [
          '',
          commented(`${conditionInWords(exit)}.`),
          `function isExitRule(bar: Candle${isPriceOnly ? '' : ', indicators: Indicators'}): boolean {`,
          ...rule.lines,
          '}',
        ]),
    '',
  ].join('\n');
}

function limitsCode({ stopLoss, takeProfit, trailingStop, maxBars }: Strategy): string[] {
  const fields = [
    `stopLoss: ${numberInWords(stopLoss)}`,
    `takeProfit: ${numberInWords(takeProfit)}`,
    ...(trailingStop === undefined ? [] : [`trailingStop: ${numberInWords(trailingStop)}`]),
    ...(maxBars === undefined ? [] : [`maxBars: ${maxBars}`]),
  ];
  const trailing = trailingStop === undefined ? '' : ', and how much of the highest price since the entry';
  return [
    `/** How much of the entry price may be lost and how much is enough${trailing}, in percent${maxBars === undefined ? '' : '; maxBars in bars'}. */`,
    `export const limits = { ${fields.join(', ')} };`,
  ];
}

const head = `export type ExitReason = 'stop loss' | 'trailing stop' | 'take profit' | 'exit rule' | 'bars held';

/** Why and at what price the position ends; without a price it ends at the next bar's open. */
export type Exit = { reason: ExitReason; price: number | null };

/**
 * Whether the position ends with this bar; null: it stays. Within a bar the stop comes first: when both stop and target are touched nobody knows
 * which was first, so the worse is taken. A bar that opens beyond a level is left at its open, which is what the market would have paid.
 */
export function should_exit(bar: Candle, indicators: Indicators, position: Position): Exit | null {`;

function stopCode({ trailingStop }: Strategy): string[] {
  if (trailingStop !== undefined) return ['  const stop = stopOf(position);'];
  return ["  const stop = { reason: 'stop loss' as const, level: position.entryPrice * (1 - limits.stopLoss / 100) };"];
}

const stopOf = `
/** The higher of both stops. The trailing one follows the bars before this one, since nobody knows whether a bar's high came before its low. */
function stopOf({ entryPrice, highest }: Position): { reason: ExitReason; level: number } {
  const fixed = entryPrice * (1 - limits.stopLoss / 100);
  const trailing = highest * (1 - limits.trailingStop / 100);
  return trailing > fixed ? { reason: 'trailing stop', level: trailing } : { reason: 'stop loss', level: fixed };
}`;
