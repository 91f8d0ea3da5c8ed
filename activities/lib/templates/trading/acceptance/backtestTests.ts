import { fixtureFor } from '../reference/fixtures.ts';
import { csvOf } from '../reference/market.ts';
import { createRandom, seedOf } from '../reference/random.ts';
import type { Strategy } from '../subject/strategy.ts';
import { strategyInWords } from '../subject/words.ts';
import { literal } from './literal.ts';

/** `test/exit/backtest…`: the order of things, worked out on few bars, and the strategy itself on invented ones. */
export function backtestTests(strategy: Strategy, which: 'open' | 'hidden'): string {
  const random = createRandom(seedOf(`backtest ${which} ${strategyInWords(strategy)}`));
  const small = smallMarket(
    which === 'open' ? 100 : Math.round(30 + random() * 200),
    which === 'open' ? 0 : Math.round(random() * 40) / 10,
  );
  const { bars, entries } = fixtureFor(strategy, which);
  return `import assert from 'node:assert/strict';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Rules, runBacktest } from '../../src/backtest.ts';
import { drawEquity } from '../../src/chart.ts';
import { type Bar, fetch_and_prepare_data } from '../../src/data.ts';
import { should_enter } from '../../src/entry.ts';
import { computeIndicators } from '../../src/indicators.ts';
import { measure } from '../../src/metrics.ts';

// Six bars and decisions by date, worked out by hand.
const bars: Bar[] = ${literal(small.bars)};
const account = ${literal(small.account)};
const on = (day: string, exit: ReturnType<Rules['exit']>): Rules => ({
  enter: (bar, _, position) => bar.time === '2024-05-02' && position === null,
  exit: (bar) => (bar.time === day ? exit : null),
});
const indicators = computeIndicators(bars);
const near = (found: number | null | undefined, expected: number) =>
  assert.ok(Math.abs((found ?? Number.NaN) - expected) < 1e-6 * Math.max(1, Math.abs(expected)), \`\${found}, expected \${expected}\`);

test('buys at the open after the signal, not at the signal itself', () => {
  const [trade] = runBacktest(bars, indicators, account, on('never', null)).trades;
  assert.equal(trade.entryTime, '2024-05-03');
  near(trade.entryPrice, ${small.entry});
  near(trade.quantity, ${small.quantity});
});

test('leaves within the bar at the price that the exit names', () => {
  const { trades, equity } = runBacktest(bars, indicators, account, on('2024-05-04', { reason: 'stop loss', price: ${small.stop} }));
  assert.equal(trades.length, 1);
  assert.deepEqual([trades[0].exitTime, trades[0].reason], ['2024-05-04', 'stop loss']);
  near(trades[0].exitPrice, ${small.stop});
  near(trades[0].profit, ${small.stopped - small.account.capital});
  near(equity[3].value, ${small.stopped});
  near(equity[5].value, ${small.stopped});
});

test('leaves at the next open when the exit names no price', () => {
  const { trades } = runBacktest(bars, indicators, account, on('2024-05-04', { reason: 'exit rule', price: null }));
  assert.deepEqual([trades[0].exitTime, trades[0].reason], ['2024-05-05', 'exit rule']);
  near(trades[0].exitPrice, ${small.nextOpen});
  near(trades[0].profit, ${small.ruled - small.account.capital});
});

test('values an open position at each close and closes it with the last', () => {
  const backtest = runBacktest(bars, indicators, account, on('never', null));
  const worth = ${literal(small.equity, 2, 16)};
  for (const [index, value] of worth.entries()) near(backtest.equity[index].value, value);
  assert.equal(backtest.trades[0].reason, 'end of data');
  const metrics = measure(backtest, account.capital);
  near(metrics.totalReturn, ${small.totalReturn});
  near(metrics.maxDrawdown, ${small.drawdown});
  near(metrics.sharpe, ${small.sharpe});
  near(metrics.fees, ${small.fees});
});

test('does nothing with a signal at the last bar', () => {
  const late: Rules = { enter: (bar) => bar.time === '2024-05-06', exit: () => null };
  assert.deepEqual(runBacktest(bars, indicators, account, late).trades, []);
});

test('tells won and lost sums apart', () => {
  const equity = bars.map(({ time }) => ({ time, value: 1000 }));
  const [trade] = runBacktest(bars, indicators, account, on('never', null)).trades;
  const trades = ${literal(which === 'open' ? [30, -10, 20, -15] : [12, 12, -8, -8, -16])}.map((profit) => ({ ...trade, profit }));
  const metrics = measure({ trades, equity }, 1000);
  near(metrics.winRate, ${which === 'open' ? 0.5 : 0.4});
  near(metrics.profitFactor, ${which === 'open' ? 2 : 0.75});
  assert.equal(metrics.sharpe, null);
});

const csv = \`${csvOf(bars)}\`;
async function invented(): Promise<Bar[]> {
  const file = join(await mkdtemp(join(tmpdir(), 'bars-')), 'bars.csv');
  await writeFile(file, csv);
  return await fetch_and_prepare_data(file);
}

test('enters where the rule says on bars that were computed beforehand', async () => {
  const market = await invented();
  const found = computeIndicators(market).flatMap((one, index) => (should_enter(market[index], one, null) ? [index] : []));
  const expected${entries.length === 0 ? ': number[]' : ''} = ${literal(entries, 2, 19)};
  assert.deepEqual(found, expected);
});

test('trades the same when later bars are not known yet', async () => {
  const market = await invented();
  const whole = runBacktest(market, computeIndicators(market), account);
  for (const end of [Math.floor(market.length / 2), market.length - 5]) {
    const part = market.slice(0, end);
    const early = runBacktest(part, computeIndicators(part), account).trades.filter(({ reason }) => reason !== 'end of data');
    assert.deepEqual(
      early,
      whole.trades.filter(({ exitIndex, reason }) => exitIndex < end && reason !== 'end of data'),
    );
  }
});

test('draws the account with a mark for each purchase and sale', async () => {
  const market = await invented();
  const backtest = runBacktest(market, computeIndicators(market), account);
  const picture = drawEquity(backtest, 'a < b & c');
  assert.match(picture, /^<svg [^]*<\\/svg>\\n$/);
  assert.match(picture, /a &lt; b &amp; c/);
  assert.equal(picture.split('<title>buy</title>').length - 1, backtest.trades.length);
  assert.equal(picture.split('<title>sell</title>').length - 1, backtest.trades.length);
  assert.doesNotMatch(picture, /NaN|Infinity/);
});

test('the command leaves report, picture and figures', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'report-'));
  const [argv, log] = [process.argv, console.log];
  try {
    process.argv = [argv[0], 'main.ts', 'fixtures/bars.csv', folder];
    console.log = () => {};
    await import('../../src/main.ts');
  } finally {
    process.argv = argv;
    console.log = log;
  }
  const { metrics, trades, equity } = JSON.parse(await readFile(join(folder, 'backtest.json'), 'utf8'));
  assert.equal(metrics.tradeCount, trades.length);
  assert.equal(equity.length, (await fetch_and_prepare_data('fixtures/bars.csv')).length);
  assert.match(await readFile(join(folder, 'report.md'), 'utf8'), /Sharpe/);
  assert.match(await readFile(join(folder, 'equity.svg'), 'utf8'), /polyline/);
});
`;
}

/** Six bars with their outcome by arithmetic: bought at the third bar's open with the whole account. */
function smallMarket(price: number, feePercent: number) {
  const factors = [1, 1.01, 1.03, 0.99, 1.02, 1.06];
  const closes = factors.map((factor) => digits(price * factor));
  const opens = closes.map((_, i) => digits((closes[i - 1] ?? price) * (i % 2 === 0 ? 1.002 : 0.998)));
  const bars = closes.map((close, i) => {
    const open = opens[i] ?? price;
    const time = `2024-05-0${i + 1}`;
    return { time, open, high: digits(Math.max(open, close) * 1.01), low: digits(Math.min(open, close) * 0.99), close, volume: 100 };
  });
  const account = { capital: 1000, feePercent };
  const fee = feePercent / 100;
  const entry = opens[2] ?? price;
  const quantity = account.capital / (entry + entry * fee);
  const worth = (at: number) => quantity * at - quantity * at * fee;
  const stop = digits(price * 0.985);
  const last = closes.at(-1) ?? price;
  const equity = closes.map((close, i) => (i < 2 ? account.capital : i === 5 ? worth(last) : quantity * close));
  const nextOpen = opens[4] ?? price;
  return {
    bars,
    account,
    entry,
    quantity,
    stop,
    stopped: worth(stop),
    nextOpen,
    ruled: worth(nextOpen),
    equity: equity.map(digits),
    totalReturn: worth(last) / account.capital - 1,
    drawdown: deepest([account.capital, ...equity]),
    sharpe: sharpeOf([account.capital, ...equity]),
    fees: quantity * entry * fee + quantity * last * fee,
  };
}

function deepest(values: readonly number[]): number {
  return Math.max(...values.map((value, i) => 1 - value / Math.max(...values.slice(0, i + 1))));
}

/** By the sum of squares, where the generated code sums squared differences. Days follow each other: 365.25 bars make a year. */
function sharpeOf(values: readonly number[]): number {
  const returns = values.slice(1).map((value, i) => (value - (values[i] ?? value)) / (values[i] ?? value));
  const n = returns.length;
  const total = returns.reduce((sum, one) => sum + one, 0);
  const squares = returns.reduce((sum, one) => sum + one * one, 0);
  const variance = (squares - (total * total) / n) / (n - 1);
  return (total / n / Math.sqrt(variance)) * Math.sqrt(365.25);
}

const digits = (value: number) => Number(value.toFixed(8));
