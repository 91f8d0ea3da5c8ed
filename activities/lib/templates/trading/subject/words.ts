import { parametersOf } from './series.ts';
import type { Bound, Condition, Leaf, Series, Strategy } from './strategy.ts';

const names: Record<Series['of'], string> = {
  open: 'open',
  high: 'high',
  low: 'low',
  close: 'close',
  volume: 'volume',
  rsi: 'RSI',
  sma: 'SMA',
  ema: 'EMA',
  atr: 'ATR',
  averageVolume: 'average volume',
  macd: 'MACD',
  macdSignal: 'MACD signal',
  macdHistogram: 'MACD histogram',
  bollingerLower: 'lower Bollinger',
  bollingerMiddle: 'middle Bollinger',
  bollingerUpper: 'upper Bollinger',
};

/** `MACD signal(12, 26, 9)`. */
export function seriesInWords(series: Series): string {
  const parameters = parametersOf(series).map(numberInWords);
  return names[series.of] + (parameters.length > 0 ? `(${parameters.join(', ')})` : '');
}

/** A number without exponent, so that it reads again as it stands. */
export function numberInWords(value: number): string {
  return value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 });
}

function boundInWords(bound: Bound): string {
  if (typeof bound === 'number') return numberInWords(bound);
  return (bound.times === 1 ? '' : `${numberInWords(bound.times)} x `) + seriesInWords(bound.series);
}

/** `RSI(14) < 30`. */
export function leafInWords(leaf: Leaf): string {
  if (leaf.kind === 'pattern') return leaf.name;
  const relation = leaf.kind === 'cross' ? `crosses ${leaf.to}` : leaf.is;
  return `${seriesInWords(leaf.left)} ${relation} ${boundInWords(leaf.right)}`;
}

/** A condition with parentheses wherever and meets or. */
export function conditionInWords(condition: Condition): string {
  if (!('of' in condition)) return leafInWords(condition);
  const parts = condition.of.map((part) => ('of' in part ? `(${conditionInWords(part)})` : leafInWords(part)));
  return parts.join(condition.kind === 'all' ? ' and ' : ' or ');
}

/** The whole strategy as a request that reads as the same strategy again. */
export function strategyInWords(strategy: Strategy): string {
  const { entry, exit, stopLoss, takeProfit, trailingStop, maxBars, symbol, timeframe, capital, feePercent } = strategy;
  const percent = (value: number) => `${numberInWords(value)} %`;
  return [
    `buy when ${conditionInWords(entry)}`,
    `stop loss ${percent(stopLoss)}`,
    `take profit ${percent(takeProfit)}`,
    ...(trailingStop === undefined ? [] : [`trailing stop ${percent(trailingStop)}`]),
    ...(maxBars === undefined ? [] : [`hold at most ${maxBars} bars`]),
    ...(exit === undefined ? [] : [`sell when ${conditionInWords(exit)}`]),
    ...(symbol === undefined ? [] : [`symbol ${symbol}`]),
    `timeframe ${timeframe}`,
    `capital ${numberInWords(capital)}`,
    `fees ${percent(feePercent)}`,
  ].join('; ');
}
