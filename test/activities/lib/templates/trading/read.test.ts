import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRequest } from '../../../../../activities/lib/templates/trading/parse/read.ts';
import {
  type Condition,
  type Leaf,
  patternNames,
  type Series,
  Strategy,
  timeframes,
} from '../../../../../activities/lib/templates/trading/subject/strategy.ts';
import { strategyInWords } from '../../../../../activities/lib/templates/trading/subject/words.ts';

const exits = ', stop loss 2 %, take profit 5 %';
const standard = '; stop loss 2 %; take profit 5 %; timeframe 1d; capital 10000; fees 0 %';

/** What is understood, said in full. */
function said(request: string): string {
  const reading = readRequest(request);
  return reading.kind === 'understood' ? strategyInWords(Strategy.parse(reading.subject)) : JSON.stringify(reading);
}

describe('understands', () => {
  test.each([
    [
      'buy when RSI(14) < 30 and MACD crosses up, bullish engulfing confirms',
      'RSI(14) < 30 and MACD(12, 26, 9) crosses above MACD signal(12, 26, 9) and bullish engulfing',
    ],
    ['Buy if the 14-period RSI is below 30', 'RSI(14) < 30'],
    ['go long when RSI14 is oversold', 'RSI(14) < 30'],
    ['enter long when 30 > RSI', 'RSI(14) < 30'],
    ['buy when the price crosses above the 200-day moving average', 'close crosses above SMA(200)'],
    ['buy when EMA 12 crosses over EMA 26', 'EMA(12) crosses above EMA(26)'],
    ['buy when MACD(8, 21, 5) crosses below zero', 'MACD(8, 21, 5) crosses below 0'],
    ['buy when MACD line crosses above its signal line', 'MACD(12, 26, 9) crosses above MACD signal(12, 26, 9)'],
    ['buy when MACD histogram > -0.5', 'MACD histogram(12, 26, 9) > -0.5'],
    ['buy when price closes below the lower Bollinger band(20, 2.5)', 'close < lower Bollinger(20, 2.5)'],
    ['buy when close <= Bollinger(20, 2) lower band', 'close <= lower Bollinger(20, 2)'],
    ['buy when volume is more than 1.5x average volume(20)', 'volume > 1.5 x average volume(20)'],
    ['buy when volume > 1,000,000', 'volume > 1000000'],
    [
      'buy when RSI < 30 or MACD crosses up, confirmed by a hammer',
      '(RSI(14) < 30 or MACD(12, 26, 9) crosses above MACD signal(12, 26, 9)) and hammer',
    ],
    ['buy when RSI < 30 and hammer or doji', '(RSI(14) < 30 and hammer) or doji'],
    ['buy when RSI < 30, and (hammer or a doji candle)', 'RSI(14) < 30 and (hammer or doji)'],
    ['buy on three white soldiers', 'three white soldiers'],
    ['if RSI(14) < 30 then buy', 'RSI(14) < 30'],
  ])('%s', (request, condition) => {
    expect(said(request + exits)).toBe(`buy when ${condition}${standard}`);
  });

  test.each([
    [
      'Write a trading strategy that buys AAPL when RSI < 30; exit with a 2% stop loss and take profit at 5 percent.',
      `buy when RSI(14) < 30; stop loss 2 %; take profit 5 %; symbol AAPL; timeframe 1d; capital 10000; fees 0 %`,
    ],
    [
      'Trade BTC/USD on the 4h chart: buy when RSI < 30. SL: 2%, TP: 5%. Trailing stop 1.5%. Start with $25k, fees of 0.1% per trade.',
      'buy when RSI(14) < 30; stop loss 2 %; take profit 5 %; trailing stop 1.5 %; symbol BTC/USD; timeframe 4h; capital 25000; fees 0.1 %',
    ],
    [
      `buy when RSI < 30${exits}, sell when RSI > 70 or bearish engulfing, hold for at most 20 bars`,
      'buy when RSI(14) < 30; stop loss 2 %; take profit 5 %; hold at most 20 bars; sell when RSI(14) > 70 or bearish engulfing; timeframe 1d; capital 10000; fees 0 %',
    ],
  ])('%s', (request, words) => {
    expect(said(request)).toBe(words);
  });
});

describe('refuses', () => {
  test.each([
    ['what it does not know, by its words', `buy when RSI < 30 and stochastic < 20${exits}`, /"stochastic < 20" is not understood/],
    ['negation', `buy when RSI < 30 and not doji${exits}`, /"not doji"/],
    ['another language', `buy when RSI < 30${exits}, in Python`, /"in Python" is not understood: the code is TypeScript/],
    ['short selling', `short when RSI > 70, buy when RSI < 30${exits}`, /"short when RSI > 70".*no short selling/],
    ['an engulfing that is neither', `buy when RSI < 30, engulfing confirms${exits}`, /engulfing/],
    ['words after a complete rule', `buy when RSI < 30 on Mondays${exits}`, /Mondays/],
    ['a lower RSI', `buy when lower RSI < 30${exits}`, /lower RSI < 30/],
    ['a moving average without a period', `buy when close > SMA${exits}`, /"SMA": write it with its numbers, such as SMA\(50\)/],
    ['a MACD with two numbers', `buy when MACD(12, 26) crosses up${exits}`, /MACD\(12, 26, 9\)/],
    ['a stop without percent', 'buy when RSI < 30, stop loss 2, take profit 5 %', /with the percent sign/],
    ['an English list with two readings', `buy when RSI < 30, MACD crosses up or hammer${exits}`, /two ways/],
    ['no entry', 'trading strategy with stop loss 2 %, take profit 5 %', /nothing says when to buy/],
    ['no stop', 'buy when RSI < 30, take profit 5 %', /no stop loss: add one/],
    ['no target', 'buy when RSI < 30, stop loss 2 %', /no take profit: add one/],
    ['a stop of nothing', 'buy when RSI < 30, stop loss 0 %, take profit 5 %', /stop loss 0: it must be above 0/],
    ['a negative stop', 'buy when RSI < 30, stop loss -2 %, take profit 5 %', /stop loss -2/],
    ['a target of nothing', 'buy when RSI < 30, stop loss 2 %, take profit 0 %', /take profit 0/],
    ['a second stop', `buy when RSI < 30, stop loss 3 %${exits}`, /second of its kind/],
    ['a second entry', `buy when RSI < 30, buy when RSI < 20${exits}`, /second of its kind/],
    ['a period of nothing', `buy when RSI(0) < 30${exits}`, /0 is no period/],
    ['half a period', `buy when RSI(14.5) < 30${exits}`, /14.5 is no period/],
    ['an RSI that is always below', `buy when RSI < 130${exits}`, /RSI lies between 0 and 100/],
    ['a fast MACD that is slow', `buy when MACD(26, 12, 9) crosses up${exits}`, /shorter than the second/],
    ['an RSI compared with a price', `buy when RSI < SMA(20)${exits}`, /cannot be compared/],
    ['something compared with itself', `buy when close > close${exits}`, /itself/],
    ['ranges without a value', `buy when RSI < 30 and RSI > 70${exits}`, /can never hold together/],
    ['a crossing that cannot be', `buy when RSI < 30 and RSI crosses above 40${exits}`, /seems never to hold/],
    ['a capital of nothing', `buy when RSI < 30${exits}, capital 0`, /capital 0/],
    ['fees of half', `buy when RSI < 30${exits}, fees 50 %`, /fees/],
    ['parentheses that stay open', `buy when (RSI < 30 and doji${exits}`, /\(RSI < 30 and doji/],
    ['parentheses without end', `buy when ${'('.repeat(1000)}RSI < 30${exits}`, /not understood/],
    ['a book', `buy when RSI < 30${exits} ${'please '.repeat(1000)}`, /more than 5000 characters/],
  ])('%s', (_, request, problem) => {
    const reading = readRequest(request);
    expect(reading).toMatchObject({ kind: 'refused' });
    expect(reading.kind === 'refused' && reading.problems.join('\n')).toMatch(problem);
  });
});

test.each([
  'add a buy button to the shop page',
  'cache the price list',
  'retry with exponential backoff',
  'write a REST API for books',
  '',
  'show a hammer icon on close',
])('leaves %j to others', (request) => {
  expect(readRequest(request)).toEqual({ kind: 'other' });
});

const period = fc.integer({ min: 2, max: 300 });
const decimal = (least: number, most: number) => fc.integer({ min: least * 100, max: most * 100 }).map((cents) => cents / 100);
const series: fc.Arbitrary<Series> = fc.oneof(
  fc.record({ of: fc.constantFrom('open', 'high', 'low', 'close', 'volume') }),
  fc.record({ of: fc.constantFrom('rsi', 'sma', 'ema', 'atr', 'averageVolume'), period }),
  fc.record({ of: fc.constantFrom('macd', 'macdSignal', 'macdHistogram'), fast: period, slow: period, signal: period }),
  fc.record({ of: fc.constantFrom('bollingerLower', 'bollingerMiddle', 'bollingerUpper'), period, deviations: decimal(0.5, 5) }),
);
const bound = fc.oneof(decimal(1, 99), fc.record({ times: fc.oneof(fc.constant(1), decimal(0.1, 9)), series }));
const leaf: fc.Arbitrary<Leaf> = fc.oneof(
  fc.record({ kind: fc.constant('compare' as const), left: series, is: fc.constantFrom('<', '<=', '>', '>='), right: bound }),
  fc.record({ kind: fc.constant('cross' as const), left: series, to: fc.constantFrom('above', 'below'), right: bound }),
  fc.record({ kind: fc.constant('pattern' as const), name: fc.constantFrom(...patternNames) }),
);
const joinedBy = (kind: 'all' | 'any', part: fc.Arbitrary<Condition>): fc.Arbitrary<Condition> =>
  fc.array(part, { minLength: 2, maxLength: 3 }).map((of) => ({ kind, of }));
const condition = fc.oneof(
  leaf,
  joinedBy('all', fc.oneof(leaf, joinedBy('any', leaf))),
  joinedBy('any', fc.oneof(leaf, joinedBy('all', leaf))),
);
const strategy: fc.Arbitrary<Strategy> = fc.record(
  {
    entry: condition,
    stopLoss: decimal(0.1, 50),
    takeProfit: decimal(0.1, 300),
    trailingStop: decimal(0.1, 50),
    maxBars: fc.integer({ min: 1, max: 500 }),
    exit: condition,
    symbol: fc.constantFrom('AAPL', 'BTC/USD', 'A', 'BRK.B', 'IT', 'RSI'),
    timeframe: fc.constantFrom(...timeframes),
    capital: decimal(1, 1_000_000),
    feePercent: decimal(0, 2),
  },
  { requiredKeys: ['entry', 'stopLoss', 'takeProfit', 'timeframe', 'capital', 'feePercent'] },
);

test('a strategy in words reads as the same strategy, unless it contradicts itself', () => {
  let understood = 0;
  fc.assert(
    fc.property(strategy, (subject) => {
      const reading = readRequest(`trading strategy: ${strategyInWords(subject)}`);
      if (reading.kind === 'understood') {
        understood += 1;
        expect(reading.subject).toEqual(subject);
        return;
      }
      expect(reading.kind).toBe('refused');
      for (const problem of reading.kind === 'refused' ? reading.problems : []) {
        expect(problem).toMatch(/cannot be compared|never (?:to )?hold|itself|shorter than|lies between|same condition/);
      }
    }),
    { numRuns: 400 },
  );
  expect(understood).toBeGreaterThan(20);
});

test('garbage never throws and is never taken for a strategy', () => {
  const garbage = fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.string({ maxLength: 80 }));
  fc.assert(
    fc.property(garbage, (words) => {
      expect(readRequest(words).kind).not.toBe('understood');
      expect(readRequest(`trading strategy ${words}`).kind).toBe('refused');
    }),
    { numRuns: 1000 },
  );
});

test('a word that is not known is never passed over, wherever it stands', () => {
  const words = `buy when RSI(14) < 30 and MACD crosses up , bullish engulfing confirms , stop loss 2 % , take profit 5 %`.split(' ');
  fc.assert(
    fc.property(fc.stringMatching(/^[b-z]{4,9}q$/), fc.nat(words.length), (word, place) => {
      const reading = readRequest([...words.slice(0, place), word, ...words.slice(place)].join(' '));
      expect(reading.kind).toBe('refused');
      expect(reading.kind === 'refused' && reading.problems.join('\n')).toContain(word);
    }),
    { numRuns: 300 },
  );
});

test('hostile length costs no more than its length', () => {
  for (const piece of ['rsi(', 'buy when ', '- ', '1,000', ' \t', 'crosses ', ')', 'x '.repeat(3)]) {
    const begin = performance.now();
    readRequest(`trading strategy ${piece.repeat(Math.floor(4900 / piece.length))}`);
    expect(performance.now() - begin).toBeLessThan(2000);
  }
});
