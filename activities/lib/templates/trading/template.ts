import type { Template } from '../template.ts';
import { taskTests } from './acceptance/tests.ts';
import { contractOf, readTaskId } from './contract.ts';
import { taskCode } from './generate/code.ts';
import { readRequest } from './parse/read.ts';
import { planStrategy } from './plan.ts';
import { readStrategy } from './subject/strategy.ts';

/** Strategies that buy and sell by indicators and candle patterns, in four steps, as TypeScript that runs as it stands. */
export const tradingStrategy: Template = {
  id: 'trading-strategy',
  version: 1,
  title: 'A trading strategy with backtest',
  example: 'buy when RSI(14) < 30 and MACD crosses up, bullish engulfing confirms, stop loss 2 %, take profit 5 %',
  read: readRequest,
  plan: (subject) => planStrategy(readStrategy(subject)),
  contract: (subject, taskId) => contractOf(readStrategy(subject), readTaskId(taskId)),
  tests: (subject, taskId) => taskTests(readStrategy(subject), readTaskId(taskId)),
  code: (subject, taskId) => taskCode[readTaskId(taskId)](readStrategy(subject)),
  exhibit: {
    command: 'node src/main.ts fixtures/bars.csv report',
    files: ['report/backtest.json', 'report/equity.svg', 'report/report.md'],
  },
};
