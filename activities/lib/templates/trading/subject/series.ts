import type { Series, Strategy } from './strategy.ts';
import { leavesOf, seriesOf } from './strategy.ts';

export type Indicator = Exclude<Series, { of: 'open' | 'high' | 'low' | 'close' | 'volume' }>;

/** What may be compared with what: a price with a price, never with a volume. */
export function unitOf({ of }: Series): 'price' | 'volume' | 'percent' | 'distance' {
  if (of === 'rsi') return 'percent';
  if (of === 'volume' || of === 'averageVolume') return 'volume';
  return of === 'atr' || of.startsWith('macd') ? 'distance' : 'price';
}

/** The name of an indicator in the generated code: `rsi14`, `macdSignal12_26_9`, `bollingerLower20_2_5`. */
export function keyOf(series: Series): string {
  return series.of + parametersOf(series).join('_').replaceAll('.', '_');
}

/** Numbers that stand in parentheses after an indicator's name. */
export function parametersOf(series: Series): number[] {
  if ('fast' in series) return [series.fast, series.slow, series.signal];
  if ('deviations' in series) return [series.period, series.deviations];
  return 'period' in series ? [series.period] : [];
}

export function isIndicator(series: Series): series is Indicator {
  return 'period' in series || 'fast' in series;
}

/** Indicators that a strategy names, each once, in the order of their names. */
export function indicatorsOf(strategy: Strategy): Indicator[] {
  const named = [...leavesOf(strategy.entry), ...leavesOf(strategy.exit)].flatMap(seriesOf).filter(isIndicator);
  const byKey = new Map(named.map((indicator) => [keyOf(indicator), indicator]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, indicator]) => indicator);
}

/** Bars until every indicator of the strategy has a value. */
export function warmUpOf(strategy: Strategy): number {
  const needed = indicatorsOf(strategy).map((one) => ('fast' in one ? one.slow + one.signal : one.period + 1));
  return Math.max(2, ...needed);
}
