/** `src/backtest.ts`. */
export const backtestCode = `import type { Bar } from './data.ts';
import { should_enter } from './entry.ts';
import { type Exit, type ExitReason, should_exit } from './exit.ts';
import type { Indicators } from './indicators.ts';
import type { Position } from './position.ts';

/** One purchase and its sale. Indexes are those of the bars. \`profit\` is after fees. */
export type Trade = {
  entryIndex: number;
  entryTime: string;
  entryPrice: number;
  exitIndex: number;
  exitTime: string;
  exitPrice: number;
  quantity: number;
  fees: number;
  profit: number;
  reason: ExitReason | 'end of data';
};

/** \`feePercent\` of the traded sum is paid at each purchase and each sale. */
export type Account = { capital: number; feePercent: number };

export type Backtest = { trades: Trade[]; equity: { time: string; value: number }[] };

/** The two decisions that a backtest tries out. */
export type Rules = {
  enter(bar: Bar, indicators: Indicators, position: Position | null): boolean;
  exit(bar: Bar, indicators: Indicators, position: Position): Exit | null;
};

/**
 * Trades the bars with the whole account, long only. What is decided at a bar's close is carried out at the next bar's open, so that nothing is known
 * early; only stops and targets act within a bar. A position that is still open at the end is valued and closed at the last close.
 */
export function runBacktest(
  bars: readonly Bar[],
  indicators: readonly Indicators[],
  account: Account,
  rules: Rules = { enter: should_enter, exit: should_exit },
): Backtest {
  const fee = account.feePercent / 100;
  const trades: Trade[] = [];
  const equity: Backtest['equity'] = [];
  let cash = account.capital;
  let held: { position: Position; index: number; cost: number } | null = null;
  let order: 'buy' | ExitReason | null = null;

  for (const [index, bar] of bars.entries()) {
    if (order === 'buy') {
      const quantity = cash / (bar.open * (1 + fee));
      const position: Position = { entryTime: bar.time, entryPrice: bar.open, quantity, highest: bar.open, barsHeld: 0 };
      held = { position, index, cost: cash };
      cash = 0;
    } else if (order !== null) sell(index, bar.open, order);
    order = null;

    if (held !== null) {
      held.position.barsHeld += 1;
      const exit = rules.exit(bar, indicators[index], held.position);
      if (exit === null) held.position.highest = Math.max(held.position.highest, bar.high);
      else if (exit.price === null) order = exit.reason;
      else sell(index, exit.price, exit.reason);
    }
    if (rules.enter(bar, indicators[index], held?.position ?? null)) order = 'buy';
    if (index === bars.length - 1) sell(index, bar.close, 'end of data');
    equity.push({ time: bar.time, value: cash + (held?.position.quantity ?? 0) * bar.close });
  }
  return { trades, equity };

  function sell(exitIndex: number, exitPrice: number, reason: Trade['reason']): void {
    if (held === null) return;
    const { quantity, entryPrice, entryTime } = held.position;
    const received = quantity * exitPrice * (1 - fee);
    trades.push({
      entryIndex: held.index,
      entryTime,
      entryPrice,
      exitIndex,
      exitTime: bars[exitIndex].time,
      exitPrice,
      quantity,
      fees: quantity * (entryPrice + exitPrice) * fee,
      profit: received - held.cost,
      reason,
    });
    cash += received;
    held = null;
  }
}
`;

/** `src/metrics.ts`. */
export const metricsCode = `import type { Backtest } from './backtest.ts';

/** Shares are fractions (0.05 is 5 %). null: it cannot be said, for example a profit factor without a loss. */
export type Metrics = {
  totalReturn: number;
  maxDrawdown: number;
  tradeCount: number;
  winRate: number | null;
  profitFactor: number | null;
  sharpe: number | null;
  fees: number;
};

const year = 365.25 * 86_400_000;

/** The figures of a backtest that began with \`capital\`. */
export function measure(backtest: Backtest, capital: number): Metrics {
  const { trades, equity } = backtest;
  const values = equity.map(({ value }) => value);
  const profits = trades.map(({ profit }) => profit);
  const won = sum(profits.filter((profit) => profit > 0));
  const lost = -sum(profits.filter((profit) => profit < 0));
  return {
    totalReturn: (values.at(-1) ?? capital) / capital - 1,
    maxDrawdown: drawdowns(values, capital).reduce((worst, value) => Math.max(worst, value), 0),
    tradeCount: trades.length,
    winRate: trades.length === 0 ? null : profits.filter((profit) => profit > 0).length / trades.length,
    profitFactor: lost === 0 ? null : won / lost,
    sharpe: sharpe([capital, ...values], barsPerYear(equity)),
    fees: sum(trades.map(({ fees }) => fees)),
  };
}

/** How far each value is below the highest before it, as a share of that. */
export function drawdowns(values: readonly number[], capital: number): number[] {
  let peak = capital;
  return values.map((value) => {
    peak = Math.max(peak, value);
    return (peak - value) / peak;
  });
}

/**
 * Sharpe ratio (William F. Sharpe, "The Sharpe Ratio", Journal of Portfolio Management, 1994) of the returns from bar to bar against cash without
 * interest: mean / sample standard deviation, times the square root of bars per year. null without variance.
 */
function sharpe(values: readonly number[], periods: number): number | null {
  const returns = values.slice(1).map((value, i) => value / values[i] - 1);
  if (returns.length < 2) return null;
  const mean = sum(returns) / returns.length;
  const deviation = Math.sqrt(sum(returns.map((value) => (value - mean) ** 2)) / (returns.length - 1));
  return deviation === 0 ? null : (mean / deviation) * Math.sqrt(periods);
}

// Counted in the data, since a stock exchange and a market that never closes have different years.
function barsPerYear(equity: Backtest['equity']): number {
  const [first, last] = [equity[0], equity.at(-1)];
  if (first === undefined || last === undefined || equity.length < 2) return 0;
  return ((equity.length - 1) * year) / (Date.parse(last.time) - Date.parse(first.time));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
`;
