/** `src/report.ts`: the backtest for people. */
export const reportCode = `import type { Account, Trade } from './backtest.ts';
import type { Metrics } from './metrics.ts';

export type Summary = { title: string; strategy: string; data: string; account: Account; metrics: Metrics; trades: readonly Trade[] };

/** The backtest for people, Markdown. */
export function writeReport({ title, strategy, data, account, metrics, trades }: Summary): string {
  return [
    \`# \${title}\`,
    '',
    strategy,
    '',
    \`Data: \${data}. Capital \${account.capital}, fees \${account.feePercent} % of each purchase and sale.\`,
    '',
    '![Account value over time](equity.svg)',
    '',
    '| figure | value |',
    '| --- | ---: |',
    \`| total return | \${percent(metrics.totalReturn)} |\`,
    \`| largest drawdown | \${percent(metrics.maxDrawdown)} |\`,
    \`| trades | \${metrics.tradeCount} |\`,
    \`| won | \${percent(metrics.winRate)} |\`,
    \`| profit factor | \${plain(metrics.profitFactor)} |\`,
    \`| Sharpe ratio, per year | \${plain(metrics.sharpe)} |\`,
    \`| fees | \${metrics.fees.toFixed(2)} |\`,
    '',
    '## Trades',
    '',
    ...(trades.length === 0 ? ['None: the entry rule never fired.'] : table(trades)),
    '',
    '## How it was counted',
    '',
    '- A decision at the close of a bar is carried out at the open of the next one; the decision never sees a later bar.',
    '- Stop and target act within a bar. When both are touched in one bar, the stop counts; a bar that opens beyond a level is left at its open.',
    '- Each purchase uses the whole account. A position that is open at the end is closed at the last close.',
    '- Profit factor: won sum / lost sum. Sharpe ratio (Sharpe 1994): mean / sample standard deviation of the returns per bar, times the square',
    '  root of bars per year, against cash without interest.',
    ...(data === 'fixtures/bars.csv' ? [invented] : []),
    '- No slippage, no taxes. What worked on these bars need not work on others.',
    '',
  ].join('\\n');
}

const invented =
  '- These bars are invented, and were chosen among others so that the entry rule fires: the figures say nothing about a real market.';

function table(trades: readonly Trade[]): string[] {
  return [
    '| bought | at | sold | at | why | profit |',
    '| --- | ---: | --- | ---: | --- | ---: |',
    ...trades.map(
      ({ entryTime, entryPrice, exitTime, exitPrice, reason, profit }) =>
        \`| \${entryTime} | \${entryPrice.toFixed(2)} | \${exitTime} | \${exitPrice.toFixed(2)} | \${reason} | \${profit.toFixed(2)} |\`,
    ),
  ];
}

const percent = (share: number | null) => (share === null ? 'none' : \`\${(share * 100).toFixed(2)} %\`);
const plain = (value: number | null) => (value === null ? 'none' : value.toFixed(2));
`;
