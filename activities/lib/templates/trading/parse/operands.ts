import type { Bound, Series } from '../subject/strategy.ts';
import type { Cursor } from './cursor.ts';

/** How many numbers stand in an indicator's parentheses, and those that are taken when there are none: the ones of its inventor. */
const shapes = {
  rsi: { example: 'RSI(14)', usual: [14] },
  atr: { example: 'ATR(14)', usual: [14] },
  sma: { example: 'SMA(50)', usual: [] },
  ema: { example: 'EMA(20)', usual: [] },
  averageVolume: { example: 'average volume(20)', usual: [] },
  macd: { example: 'MACD(12, 26, 9)', usual: [12, 26, 9] },
  macdSignal: { example: 'MACD(12, 26, 9)', usual: [12, 26, 9] },
  macdHistogram: { example: 'MACD(12, 26, 9)', usual: [12, 26, 9] },
  bollinger: { example: 'lower Bollinger(20, 2)', usual: [20, 2] },
} as const;
type Shaped = keyof typeof shapes;

/** A number, a series, or a multiple of one; undefined where none stands or one is wrong, which is noted. */
export function readOperand(cursor: Cursor, left?: Series): Bound | undefined {
  cursor.skip('currency');
  if (cursor.take('zero')) return 0;
  if (left !== undefined && 'fast' in left && cursor.take('signalLine')) return whole({ ...left, of: 'macdSignal' });
  const number = cursor.take('number');
  if (number === undefined) return whole(readSeries(cursor));
  if (cursor.take('times')) {
    const series = readSeries(cursor);
    return series && { times: number.value, series };
  }
  const after = cursor.peek();
  if (cursor.take('period') || (after?.kind === 'series' && ['sma', 'ema'].includes(after.of)))
    return whole(readSeries(cursor, number.value));
  cursor.skip('currency');
  return number.value;
}

const whole = (series: Series | undefined) => series && { times: 1, series };

function readSeries(cursor: Cursor, period?: number): Series | undefined {
  const place = cursor.place();
  const side = cursor.take('lower') ?? cursor.take('upper');
  const token = cursor.take('series');
  if (token === undefined) return undefined;
  const { of } = token;
  if (side !== undefined && of !== 'bollinger') return undefined;
  if (of === 'open' || of === 'high' || of === 'low' || of === 'close' || of === 'volume') return period === undefined ? { of } : undefined;
  if (!of.startsWith('bollinger')) return shaped(cursor, place, of as Exclude<Shaped, 'bollinger'>, period);
  cursor.skip('band');
  const numbers = parameters(cursor, 'bollinger', period);
  cursor.skip('band');
  const band = of === 'bollinger' ? (side ?? cursor.take('lower') ?? cursor.take('upper'))?.kind : of;
  cursor.skip('band');
  if (band === undefined || numbers?.length !== 2) return wrong(cursor, place, 'bollinger');
  const names = { lower: 'bollingerLower', upper: 'bollingerUpper' } as const;
  const name = band === 'lower' || band === 'upper' ? names[band] : (band as 'bollingerMiddle');
  return { of: name, period: numbers[0] ?? 0, deviations: numbers[1] ?? 0 };
}

function shaped(cursor: Cursor, place: number, of: Exclude<Shaped, 'bollinger'>, period?: number): Series | undefined {
  const [first, slow, signal, ...more] = parameters(cursor, of, period) ?? [];
  if (of === 'macd' || of === 'macdSignal' || of === 'macdHistogram') {
    const part = cursor.take('histogram') ? 'macdHistogram' : cursor.take('signalLine') ? 'macdSignal' : of;
    if (first === undefined || slow === undefined || signal === undefined || more.length > 0) return wrong(cursor, place, of);
    return { of: part, fast: first, slow, signal };
  }
  return first === undefined || slow !== undefined ? wrong(cursor, place, of) : { of, period: first };
}

/** The numbers of `(12, 26, 9)`, of `RSI 14`, or the usual ones; undefined when the parentheses hold something else. */
function parameters(cursor: Cursor, of: Shaped, period?: number): readonly number[] | undefined {
  if (period !== undefined) return cursor.peek()?.kind === '(' ? undefined : [period];
  const after = cursor.peek(1)?.kind;
  const bare = after === '%' || after === 'times' || after === 'currency' ? undefined : cursor.take('number');
  if (bare !== undefined) return [bare.value];
  if (!cursor.take('(')) return shapes[of].usual;
  const numbers: number[] = [];
  for (let number = cursor.take('number'); number !== undefined; number = cursor.take('number')) {
    numbers.push(number.value);
    if (!cursor.take(',')) break;
  }
  return cursor.take(')') ? numbers : undefined;
}

function wrong(cursor: Cursor, place: number, of: Shaped): undefined {
  cursor.object(`"${cursor.words(place)}": write it with its numbers, such as ${shapes[of].example}`);
}
