import { type PatternName, patternNames, type Series } from '../subject/strategy.ts';

export type ClauseName =
  | 'entry'
  | 'exit'
  | 'stopLoss'
  | 'takeProfit'
  | 'trailingStop'
  | 'maxBars'
  | 'symbol'
  | 'timeframe'
  | 'capital'
  | 'feePercent';

/** What a phrase stands for. */
export type Sign =
  | { kind: 'series'; of: Series['of'] | 'bollinger' }
  | { kind: 'pattern'; name: PatternName }
  | { kind: 'compare'; is: '<' | '<=' | '>' | '>=' }
  | { kind: 'cross'; to: 'above' | 'below' }
  | { kind: 'extreme'; is: '<' | '>'; value: number }
  | { kind: 'clause'; of: ClauseName }
  | { kind: 'timeframe'; is: string }
  | { kind: Particle };
type Particle =
  | ('and' | 'or' | ',' | '(' | ')' | '%' | '=' | 'currency' | 'times' | 'period' | 'confirms' | 'band' | 'signalLine' | 'zero' | 'bars')
  | ('lower' | 'upper' | 'histogram' | 'when' | 'filler');

const clauses: Record<ClauseName, string[]> = {
  entry: [
    'buy',
    'buys',
    'buying',
    'enter',
    'enters',
    'enter long',
    'go long',
    'goes long',
    'long',
    'entry',
    'entry rule',
    'open a position',
  ],
  exit: ['sell', 'sells', 'selling', 'exit', 'exits', 'exit rule', 'close the position', 'close position', 'close the trade'],
  stopLoss: ['stop loss', 'stoploss', 'stop', 'sl'],
  takeProfit: ['take profit', 'takeprofit', 'take profits', 'profit target', 'target', 'tp'],
  trailingStop: ['trailing stop', 'trailing stop loss', 'trailing'],
  maxBars: ['max', 'maximum', 'hold at most', 'hold for at most', 'hold max', 'hold for max', 'hold up to', 'exit after', 'sell after'],
  symbol: ['symbol', 'ticker', 'instrument'],
  timeframe: ['timeframe', 'time frame', 'interval'],
  capital: ['capital', 'initial capital', 'starting capital', 'start with', 'starting with', 'starting cash', 'initial cash'],
  feePercent: ['fee', 'fees', 'commission', 'commissions', 'trading fee', 'trading fees'],
};

const series: Record<Series['of'] | 'bollinger', string[]> = {
  open: ['open', 'opening price'],
  high: ['high'],
  low: ['low'],
  close: ['close', 'closes', 'price', 'closing price', 'close price', 'price closes'],
  volume: ['volume'],
  rsi: ['rsi', 'relative strength index'],
  sma: ['sma', 'simple moving average', 'moving average'],
  ema: ['ema', 'exponential moving average'],
  atr: ['atr', 'average true range'],
  averageVolume: ['average volume', 'avg volume', 'volume average', 'volume sma'],
  macd: ['macd', 'macd line'],
  macdSignal: ['macd signal', 'macd signal line'],
  macdHistogram: ['macd histogram'],
  bollinger: ['bollinger', 'bollinger band', 'bollinger bands', 'bb'],
  bollingerLower: ['lower bollinger', 'lower bollinger band', 'lower bb'],
  bollingerMiddle: ['middle bollinger', 'middle bollinger band', 'middle bb'],
  bollingerUpper: ['upper bollinger', 'upper bollinger band', 'upper bb'],
};

const patterns: Partial<Record<PatternName, string[]>> = {
  'bullish engulfing': ['engulfing bullish', 'bull engulfing'],
  'bearish engulfing': ['engulfing bearish', 'bear engulfing'],
  'three white soldiers': ['3 white soldiers', 'white soldiers'],
  'three black crows': ['3 black crows', 'black crows', 'three crows'],
};

const crossings = (verbs: string[], ways: string[]) => verbs.flatMap((verb) => ways.map((way) => `${verb} ${way}`));
const crosses = ['cross', 'crosses', 'crossing', 'crossed', 'crosses back', 'breaks'];
const timeframes: Record<string, string[]> = {
  '1m': ['1m', '1 minute'],
  '5m': ['5m', '5 minute'],
  '15m': ['15m', '15 minute'],
  '30m': ['30m', '30 minute'],
  '1h': ['1h', '1 hour', 'hourly', '60 minute'],
  '4h': ['4h', '4 hour'],
  '1d': ['1d', 'daily', '1 day'],
  '1w': ['1w', 'weekly', '1 week'],
};

const words: Record<Exclude<Particle, 'filler'>, string[]> = {
  and: ['and', '&', '&&', 'with', 'as well as', 'plus', 'while'],
  or: ['or', '||'],
  ',': [',', ';', '.', '!'],
  '(': ['('],
  ')': [')'],
  '%': ['%', 'percent', 'per cent', 'pct'],
  '=': ['=', ':'],
  currency: ['$', '€', '£', 'usd', 'eur', 'usdt', 'dollars', 'euros'],
  times: ['x', '×', '*', 'times'],
  period: ['period', 'day', 'bar'],
  confirms: listed(
    'confirms, confirm, confirmation, as confirmation, confirmed, confirmed by, confirmed with, confirms it, confirms the entry, appears',
    'forms, occurs, pattern, candle, candle pattern, candlestick, candlestick pattern',
  ),
  band: ['band'],
  signalLine: ['signal', 'signal line'],
  zero: ['zero', 'zero line'],
  bars: ['bars', 'candles', 'bars held'],
  lower: ['lower'],
  upper: ['upper'],
  histogram: ['histogram'],
  when: ['when', 'if', 'once', 'whenever', 'on', 'for', 'trade'],
};

// Words that say nothing: taking one of them away never changes what is meant.
const fillers = listed(
  'a, an, the, is, are, it, its, at, to, of, then, please, my, me, that, which, chart, per trade, i want, i would like, set, use, line',
  'write, build, create, make, implement, develop, design, generate, backtest, trades, trading, strategy, trading strategy',
  'trading bot, bot, in typescript, long only, stocks, stock',
);

const table: [Sign, string[]][] = [
  ...entries(clauses).map(([of, phrases]): [Sign, string[]] => [{ kind: 'clause', of }, phrases]),
  ...entries(series).map(([of, phrases]): [Sign, string[]] => [{ kind: 'series', of }, phrases]),
  ...patternNames.map((name): [Sign, string[]] => [{ kind: 'pattern', name }, [name, ...(patterns[name] ?? [])]]),
  ...entries(timeframes).map(([is, phrases]): [Sign, string[]] => [{ kind: 'timeframe', is }, phrases]),
  ...entries(words).map(([kind, phrases]): [Sign, string[]] => [{ kind }, phrases]),
  [{ kind: 'compare', is: '<' }, ['<', 'below', 'under', 'less than', 'lower than', 'smaller than', 'beneath']],
  [{ kind: 'compare', is: '<=' }, ['<=', '=<', '≤', 'at most', 'not above', 'no more than', 'at or below']],
  [{ kind: 'compare', is: '>' }, ['>', 'above', 'over', 'greater than', 'more than', 'higher than', 'exceeds', 'bigger than']],
  [{ kind: 'compare', is: '>=' }, ['>=', '=>', '≥', 'at least', 'not below', 'at or above']],
  [{ kind: 'cross', to: 'above' }, crossings(crosses, ['above', 'over', 'up', 'upward', 'upwards', 'up through'])],
  [{ kind: 'cross', to: 'above' }, crossings(['rises', 'moves', 'climbs', 'goes'], ['above', 'over'])],
  [{ kind: 'cross', to: 'below' }, crossings(crosses, ['below', 'under', 'down', 'downward', 'downwards', 'down through'])],
  [{ kind: 'cross', to: 'below' }, crossings(['falls', 'drops', 'moves', 'goes'], ['below', 'under'])],
  [{ kind: 'extreme', is: '<', value: 30 }, ['oversold']],
  [{ kind: 'extreme', is: '>', value: 70 }, ['overbought']],
  [{ kind: 'filler' }, fillers],
];

/** Words as people write them and what they stand for. A space in a phrase stands for white space or a hyphen. */
export const vocabulary: ReadonlyMap<string, Sign> = new Map(table.flatMap(([sign, phrases]) => phrases.map((phrase) => [phrase, sign])));

/** Phrases that are said of trading and of hardly anything else. */
export const tradingWords =
  /\b(?:rsi|macd|bollinger|stop[\s-]?loss|take[\s-]?profit|trailing[\s-]stop|candlestick|engulfing|moving average|(?:trading|swing) (?:strategy|bot)|backtest(?:ed|ing)?|white soldiers|black crows|(?:morning|evening) star)\b|\b(?:buy|sell|go long) (?:when|if|once)\b/i;

function listed(...lines: string[]): string[] {
  return lines.flatMap((line) => line.split(', '));
}

function entries<K extends string, V>(record: Record<K, V>): [K, V][] {
  return Object.entries(record) as [K, V][];
}
