import type { FileText } from '../../../../../schemas/mind.ts';
import { fixtureFor } from '../reference/fixtures.ts';
import { csvOf } from '../reference/market.ts';
import type { Strategy } from '../subject/strategy.ts';
import { backtestCode, metricsCode } from './backtestCode.ts';
import { chartCode } from './chartCode.ts';
import { compareCode } from './conditionCode.ts';
import { dataCode } from './dataCode.ts';
import { entryCode, positionCode } from './entryCode.ts';
import { exitCode } from './exitCode.ts';
import { atrCode, bollingerCode, candleCode, emaCode, macdCode, rsiCode, smaCode } from './indicatorCode.ts';
import { indicatorModules, indicatorsCode } from './indicatorsCode.ts';
import { mainCode } from './mainCode.ts';
import { patternCode } from './patternCode.ts';
import { packageCode, readmeCode, tsconfigCode } from './projectCode.ts';
import { reportCode } from './reportCode.ts';

export type TaskId = 't1' | 't2' | 't3' | 't4';

const modules: Record<string, string> = {
  sma: smaCode,
  ema: emaCode,
  rsi: rsiCode,
  macd: macdCode,
  bollinger: bollingerCode,
  atr: atrCode,
};

/** The files of each task; no file belongs to two. */
export const taskCode: Record<TaskId, (strategy: Strategy) => FileText[]> = {
  t1: (strategy) => [
    { path: 'package.json', text: packageCode },
    { path: 'tsconfig.json', text: tsconfigCode },
    { path: '.gitignore', text: 'node_modules/\nreport/\n' },
    { path: 'README.md', text: readmeCode(strategy) },
    { path: 'src/data.ts', text: dataCode(strategy) },
    { path: 'fixtures/bars.csv', text: csvOf(fixtureFor(strategy, 'open').bars) },
  ],
  t2: (strategy) => [
    { path: 'src/candle.ts', text: candleCode },
    ...indicatorModules(strategy).map((module) => ({ path: `src/indicators/${module}.ts`, text: modules[module] ?? '' })),
    { path: 'src/patterns.ts', text: patternCode },
    { path: 'src/indicators.ts', text: indicatorsCode(strategy) },
  ],
  t3: (strategy) => {
    const compare = compareCode(strategy);
    return [
      { path: 'src/position.ts', text: positionCode },
      ...(compare === undefined ? [] : [{ path: 'src/compare.ts', text: compare }]),
      { path: 'src/entry.ts', text: entryCode(strategy) },
    ];
  },
  t4: (strategy) => [
    { path: 'src/exit.ts', text: exitCode(strategy) },
    { path: 'src/backtest.ts', text: backtestCode },
    { path: 'src/metrics.ts', text: metricsCode },
    { path: 'src/chart.ts', text: chartCode },
    { path: 'src/report.ts', text: reportCode },
    { path: 'src/main.ts', text: mainCode(strategy) },
  ],
};
