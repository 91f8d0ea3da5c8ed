import type { Strategy } from '../subject/strategy.ts';
import { numberInWords, strategyInWords } from '../subject/words.ts';

const width = 140;

/** `src/main.ts`. */
export function mainCode(strategy: Strategy): string {
  const words = strategyInWords(strategy);
  const line = `const strategy = '${words}';`;
  return `import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runBacktest } from './backtest.ts';
import { drawEquity } from './chart.ts';
import { fetch_and_prepare_data } from './data.ts';
import { computeIndicators } from './indicators.ts';
import { measure } from './metrics.ts';
import { writeReport } from './report.ts';

const title = 'Backtest of ${strategy.symbol ?? 'the strategy'}, ${strategy.timeframe} bars';
${line.length <= width ? line : `const strategy =\n  '${words}';`}
const account = { capital: ${numberInWords(strategy.capital)}, feePercent: ${numberInWords(strategy.feePercent)} };

// node src/main.ts [bars.csv] [folder for the results]
const [data = 'fixtures/bars.csv', folder = 'report'] = process.argv.slice(2);
const bars = await fetch_and_prepare_data(data);
const backtest = runBacktest(bars, computeIndicators(bars), account);
const metrics = measure(backtest, account.capital);
const { trades, equity } = backtest;

await mkdir(folder, { recursive: true });
await writeFile(join(folder, 'backtest.json'), \`\${JSON.stringify({ title, strategy, data, account, metrics, trades, equity }, null, 2)}\\n\`);
await writeFile(join(folder, 'equity.svg'), drawEquity(backtest, title));
await writeFile(join(folder, 'report.md'), writeReport({ title, strategy, data, account, metrics, trades }));
console.log(\`\${trades.length} trades, return \${(metrics.totalReturn * 100).toFixed(2)} %; see \${folder}/report.md\`);
`;
}
