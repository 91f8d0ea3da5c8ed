import type { Strategy } from '../subject/strategy.ts';
import { strategyInWords } from '../subject/words.ts';

/** `package.json`: nothing is installed, Node runs TypeScript as it stands. */
export const packageCode = `{
  "name": "trading-strategy",
  "version": "1.0.0",
  "private": true,
  "type": "module",
  "scripts": {
    "start": "node src/main.ts",
    "test": "node --test \\"test/**/*.test.ts\\""
  },
  "engines": {
    "node": ">=22.18"
  }
}
`;

/** `tsconfig.json`, for editors and \`tsc\`. */
export const tsconfigCode = `{
  "compilerOptions": {
    "target": "es2024",
    "lib": ["es2024"],
    "module": "nodenext",
    "types": ["node"],
    "noEmit": true,
    "strict": true,
    "noUnusedLocals": true,
    "verbatimModuleSyntax": true,
    "erasableSyntaxOnly": true,
    "allowImportingTsExtensions": true,
    "skipLibCheck": true
  },
  "include": ["src", "test"]
}
`;

/** `README.md`. */
export function readmeCode(strategy: Strategy): string {
  return `# Trading strategy

${strategyInWords(strategy)
  .split('; ')
  .map((part) => `- ${part}`)
  .join('\n')}

Needs Node 22.18 or newer and nothing else.

\`\`\`sh
node --test "test/**/*.test.ts"          # the tests
node src/main.ts                         # a backtest on fixtures/bars.csv into report/
node src/main.ts my-bars.csv my-report   # on your own bars
\`\`\`

Bars are CSV with the columns \`time,open,high,low,close,volume\`, the oldest first. Wrong, double, unsorted and missing bars are refused by line.

| file | what it is for |
| --- | --- |
| \`src/data.ts\` | \`fetch_and_prepare_data(file)\`: reads and checks bars |
| \`src/indicators.ts\`, \`src/indicators/\` | the indicators that the strategy names |
| \`src/patterns.ts\` | candle patterns |
| \`src/entry.ts\` | \`should_enter(bar, indicators, position)\` |
| \`src/exit.ts\` | \`should_exit(bar, indicators, position)\`: stop loss, take profit and the other ways out |
| \`src/backtest.ts\`, \`src/metrics.ts\` | trades, the account's value, and the figures |
| \`src/chart.ts\`, \`src/report.ts\`, \`src/main.ts\` | the picture, the report, the command |

\`fixtures/bars.csv\` is invented, so that the entry rule has something to find. It says nothing about how the strategy would do on a real market.
`;
}
