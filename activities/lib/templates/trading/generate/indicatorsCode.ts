import { type Indicator, indicatorsOf, keyOf, parametersOf } from '../subject/series.ts';
import type { Strategy } from '../subject/strategy.ts';
import { seriesInWords } from '../subject/words.ts';

/** Which function of `src/indicators` gives an indicator, from what, and which part of its answer. */
const sources: Record<Indicator['of'], { module: string; from: 'closes' | 'volumes' | 'bars'; part?: string }> = {
  rsi: { module: 'rsi', from: 'closes' },
  sma: { module: 'sma', from: 'closes' },
  ema: { module: 'ema', from: 'closes' },
  atr: { module: 'atr', from: 'bars' },
  averageVolume: { module: 'sma', from: 'volumes' },
  macd: { module: 'macd', from: 'closes', part: 'line' },
  macdSignal: { module: 'macd', from: 'closes', part: 'signal' },
  macdHistogram: { module: 'macd', from: 'closes', part: 'histogram' },
  bollingerLower: { module: 'bollinger', from: 'closes', part: 'lower' },
  bollingerMiddle: { module: 'bollinger', from: 'closes', part: 'middle' },
  bollingerUpper: { module: 'bollinger', from: 'closes', part: 'upper' },
};

/** The files of `src/indicators` that a strategy needs, those that others import with them. */
export function indicatorModules(strategy: Strategy): string[] {
  const named = indicatorsOf(strategy).map(({ of }) => sources[of].module);
  const imported = named.flatMap((module) => ({ macd: ['ema'], bollinger: ['sma'] })[module] ?? []);
  return [...new Set([...named, ...imported])].sort();
}

/** How tests call the function of an indicator: `macd(closes, 12, 26, 9).signal`. */
export function indicatorCall(indicator: Indicator): { module: string; from: string; call: string } {
  const { module, from, part } = sources[indicator.of];
  const call = `${module}(${[from, ...parametersOf(indicator)].join(', ')})`;
  return { module, from, call: part === undefined ? call : `${call}.${part}` };
}

/** `src/indicators.ts`. */
export function indicatorsCode(strategy: Strategy): string {
  const indicators = indicatorsOf(strategy);
  const calls = indicators.map(indicatorCall);
  const modules = [...new Set(calls.map(({ module }) => module))].sort();
  const list = (from: string, field: string) =>
    calls.some((call) => call.from === from) ? [`  const ${from} = bars.map(({ ${field} }) => ${field});`] : [];
  return `import type { Candle } from './candle.ts';
${modules.map((module) => `import { ${module} } from './indicators/${module}.ts';\n`).join('')}import { type Pattern, patternsAt } from './patterns.ts';

/** The strategy's indicators at the close of one bar; null where there are not enough bars yet. */
export type Values = ${valuesType(indicators)};

/** All that is known at the close of one bar, with what was known one bar earlier. */
export type Indicators = {
  values: Values;
  patterns: readonly Pattern[];
  previous: { bar: Candle; values: Values } | null;
};

/** The indicators of each bar, from that bar and those before it alone. */
export function computeIndicators(bars: readonly Candle[]): Indicators[] {
${[...list('closes', 'close'), ...list('volumes', 'volume'), ...calculations(indicators)].join('\n')}
  return bars.map((_, i) => ({
    values: values[i],
    patterns: patternsAt(bars, i),
    previous: i === 0 ? null : { bar: bars[i - 1], values: values[i - 1] },
  }));
}
`;
}

function valuesType(indicators: readonly Indicator[]): string {
  if (indicators.length === 0) return 'Record<string, never>';
  return `{\n${indicators.map((one) => `  /** ${seriesInWords(one)} */\n  ${keyOf(one)}: number | null;\n`).join('')}}`;
}

function calculations(indicators: readonly Indicator[]): string[] {
  if (indicators.length === 0) return ['  const values: Values[] = bars.map(() => ({}));'];
  return [
    ...indicators.map((one) => `  const ${keyOf(one)} = ${indicatorCall(one).call};`),
    '  const values: Values[] = bars.map((_, i) => ({',
    ...indicators.map((one) => `    ${keyOf(one)}: ${keyOf(one)}[i],`),
    '  }));',
  ];
}
