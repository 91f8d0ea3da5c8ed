import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { tradingStrategy } from '../../../../../activities/lib/templates/trading/template.ts';
import { codeOf, placeFiles, run, subjectOf, taskIds } from './project.ts';

type Bar = { time: string; open: number; high: number; low: number; close: number };
type Trade = Record<'entryIndex' | 'exitIndex' | 'entryPrice' | 'exitPrice' | 'quantity' | 'profit' | 'fees', number> & { reason: string };
type Results = {
  trades: Trade[];
  equity: { time: string; value: number }[];
  metrics: Record<'totalReturn' | 'maxDrawdown' | 'tradeCount' | 'winRate' | 'profitFactor' | 'sharpe' | 'fees', number>;
};

const subject = subjectOf('buy when RSI(5) < 40 or bullish engulfing, stop loss 2 %, take profit 4 %, fees 0.1 %, capital 5000');

/** Runs the exhibit as it is run on finished work. */
async function exhibit() {
  const folder = await placeFiles(codeOf(subject, taskIds));
  expect(await run(folder, tradingStrategy.exhibit?.command ?? '')).toMatchObject({ passed: true });
  const [json = '', svg = '', report = ''] = await Promise.all(
    (tradingStrategy.exhibit?.files ?? []).map((file) => readFile(join(folder, file), 'utf8')),
  );
  const rows = (await readFile(join(folder, 'fixtures/bars.csv'), 'utf8')).trim().split('\n').slice(1);
  const bars = rows.map((row): Bar => {
    const [time = '', open, high, low, close] = row.split(',');
    return { time, open: Number(open), high: Number(high), low: Number(low), close: Number(close) };
  });
  return { bars, svg, report, ...(JSON.parse(json) as Results) };
}

test("the report's figures follow from its trades and the bars alone", async () => {
  const { bars, trades, equity, metrics, svg, report } = await exhibit();
  expect(trades.length).toBeGreaterThan(5);

  // Money goes from trade to trade: each multiplies it by the ratio of prices less both fees.
  const growth = trades.map(({ entryPrice, exitPrice }) => ((exitPrice / entryPrice) * (1 - 0.001)) / (1 + 0.001));
  const money = growth.reduce((worth, factor) => [...worth, (worth.at(-1) ?? 0) * factor], [5000]);
  expect(metrics.totalReturn).toBeCloseTo((money.at(-1) ?? 0) / 5000 - 1, 9);

  const gains = growth.map((factor, i) => (money[i] ?? 0) * (factor - 1));
  for (const [i, { profit }] of trades.entries()) expect(profit).toBeCloseTo(gains[i] ?? 0, 6);
  const won = gains.filter((gain) => gain > 0);
  const lost = gains.filter((gain) => gain < 0);
  expect(metrics.winRate).toBeCloseTo(won.length / trades.length, 12);
  expect(metrics.profitFactor).toBeCloseTo(won.reduce((a, b) => a + b, 0) / -lost.reduce((a, b) => a + b, 0), 9);

  // The account at each close, seen from each bar.
  const worth = bars.map(({ close }, i) => {
    const open = trades.findIndex(({ entryIndex, exitIndex }) => entryIndex <= i && i < exitIndex);
    const closed = trades.filter(({ exitIndex }) => exitIndex <= i).length;
    if (open === -1) return money[closed] ?? 0;
    return ((money[open] ?? 0) / ((trades[open]?.entryPrice ?? 1) * 1.001)) * close;
  });
  for (const [i, { value }] of equity.entries()) expect(value).toBeCloseTo(worth[i] ?? 0, 6);
  const drops = worth.map((value, i) => 1 - value / Math.max(5000, ...worth.slice(0, i + 1)));
  expect(metrics.maxDrawdown).toBeCloseTo(Math.max(...drops), 9);

  const returns = worth.map((value, i) => value / (worth[i - 1] ?? 5000) - 1);
  const n = returns.length;
  const [sum, squares] = [returns.reduce((a, b) => a + b, 0), returns.reduce((a, b) => a + b * b, 0)];
  const years = (Date.parse(bars.at(-1)?.time ?? '') - Date.parse(bars[0]?.time ?? '')) / (365.25 * 86_400_000);
  expect(metrics.sharpe).toBeCloseTo((sum / n / Math.sqrt((squares - (sum * sum) / n) / (n - 1))) * Math.sqrt((n - 1) / years), 6);

  expect(svg.match(/<title>buy<\/title>/g)).toHaveLength(trades.length);
  expect(report).toContain(`| trades | ${trades.length} |`);
});

test('each trade begins at an open, and ends at the first bar that touches a level, the stop before the target', async () => {
  const { bars, trades } = await exhibit();
  for (const { entryIndex, exitIndex, entryPrice, exitPrice, reason } of trades) {
    expect(entryPrice).toBe(bars[entryIndex]?.open);
    const [stop, target] = [entryPrice * 0.98, entryPrice * 1.04];
    const touching = bars.findIndex(({ low, high }, i) => i >= entryIndex && (low <= stop || high >= target));
    const last = bars[touching];
    if (last === undefined) {
      expect(reason).toBe('end of data');
      continue;
    }
    expect(exitIndex).toBe(touching);
    const stopped = last.low <= stop;
    expect(reason).toBe(stopped ? 'stop loss' : 'take profit');
    expect(exitPrice).toBeCloseTo(stopped ? Math.min(last.open, stop) : Math.max(last.open, target), 9);
  }
});

test('should_enter and should_exit decide scenario by scenario', async () => {
  const strategy = subjectOf(
    'buy when RSI(14) < 30 and MACD crosses above zero and hammer, stop loss 2 %, take profit 5 %, trailing stop 4 %, max 10 bars, sell when RSI(14) > 70',
  );
  const folder = await placeFiles(codeOf(strategy, taskIds));
  const { should_enter } = (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'src/entry.ts')).href)) as {
    should_enter: (...all: unknown[]) => boolean;
  };
  const { should_exit } = (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'src/exit.ts')).href)) as {
    should_exit: (...all: unknown[]) => unknown;
  };

  const bar = (open: number, high: number, low: number) => ({ open, high, low, close: open, volume: 1 });
  const known = (rsi14: number | null, before: number | null, now: number | null, patterns = ['hammer']) => ({
    values: { rsi14, macd12_26_9: now },
    patterns,
    previous: { bar: bar(100, 101, 99), values: { rsi14: 25, macd12_26_9: before } },
  });
  const enters = (indicators: unknown, position: unknown = null) => should_enter(bar(100, 101, 99), indicators, position);
  expect(enters(known(29.9, -0.1, 0.1))).toBe(true);
  expect(enters(known(29.9, 0, 0.1))).toBe(true);
  for (const no of [
    known(30, -0.1, 0.1),
    known(29, 0.1, 0.2),
    known(29, -0.1, 0),
    known(29, -0.1, 0.1, ['doji']),
    known(null, -0.1, 0.1),
    known(29, null, 0.1),
  ]) {
    expect(enters(no)).toBe(false);
  }
  expect(enters(known(29.9, -0.1, 0.1), {})).toBe(false);
  expect(enters({ ...known(29.9, -0.1, 0.1), previous: null })).toBe(false);

  const exits = (one: ReturnType<typeof bar>, rsi14: number | null, highest = 200, barsHeld = 3) =>
    should_exit(one, known(rsi14, 1, 1), { entryTime: '', entryPrice: 200, quantity: 1, highest, barsHeld });
  expect(exits(bar(200, 209, 196.1), 50)).toBe(null);
  expect(exits(bar(200, 209, 195.9), 50)).toEqual({ reason: 'stop loss', price: 196 });
  expect(exits(bar(190, 209, 189), 50)).toEqual({ reason: 'stop loss', price: 190 });
  expect(exits(bar(200, 210, 197), 50)).toEqual({ reason: 'take profit', price: 210 });
  expect(exits(bar(214, 215, 213), 50)).toEqual({ reason: 'take profit', price: 214 });
  expect(exits(bar(200, 220, 190), 50)).toEqual({ reason: 'stop loss', price: 196 });
  expect(exits(bar(205, 206, 199), 50, 208)).toEqual({ reason: 'trailing stop', price: 208 * 0.96 });
  expect(exits(bar(200, 201, 199), 71)).toEqual({ reason: 'exit rule', price: null });
  expect(exits(bar(200, 201, 199), null)).toBe(null);
  expect(exits(bar(200, 201, 199), 50, 200, 10)).toEqual({ reason: 'bars held', price: null });
});
