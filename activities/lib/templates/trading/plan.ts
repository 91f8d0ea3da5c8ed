import type { TodoList } from '../../../../schemas/todoList.ts';
import { indicatorsOf } from './subject/series.ts';
import { patternNames, type Strategy } from './subject/strategy.ts';
import { conditionInWords, seriesInWords, strategyInWords } from './subject/words.ts';
import { type TaskId, taskCode } from './generate/code.ts';

/** The four steps of a trading strategy (requirement V6). Data and indicators know nothing of each other, so that both can be made at once. */
export function planStrategy(strategy: Strategy): Pick<TodoList, 'summary' | 'tasks'> {
  return { summary: `A long-only trading strategy in TypeScript: ${strategyInWords(strategy)}.`.slice(0, 2000), tasks: tasksOf(strategy) };
}

function tasksOf(strategy: Strategy): TodoList['tasks'] {
  const artifacts = (id: TaskId) => taskCode[id](strategy).map(({ path }) => path);
  const named = indicatorsOf(strategy).map(seriesInWords).join(', ') || 'none';
  return [
    {
      id: 't1',
      title: 'Load and check the data',
      description:
        'fetch_and_prepare_data(file) reads OHLCV bars from CSV and refuses what cannot be right. The project itself (package.json, README) and deterministic fixtures belong to this step.',
      agent_role: 'coder',
      priority: 1,
      dependencies: [],
      acceptance_criteria: [
        { id: 't1.read', text: 'Bars are read as numbers, in order, whatever the order of columns.' },
        { id: 't1.refuse', text: 'Wrong prices, double, unsorted and missing bars are refused, each by its line.' },
        { id: 't1.fixtures', text: 'The fixtures are the same for the same strategy, and pass these checks.' },
      ],
      expected_artifacts: artifacts('t1'),
      metrics: ['wrong lines that are named: all'],
    },
    {
      id: 't2',
      title: 'Indicators and candle patterns',
      description: `computeIndicators(bars) gives, for each bar, the indicators that the strategy names (${named}) and the candle patterns ${patternNames.join(', ')}.`,
      agent_role: 'coder',
      priority: 1,
      dependencies: [],
      acceptance_criteria: [
        {
          id: 't2.values',
          text: 'Values agree with values computed by other formulas to 6 digits; before enough bars are there they are null.',
        },
        { id: 't2.patterns', text: 'Patterns are found where they are by hand-worked examples, and near misses are not.' },
        { id: 't2.past', text: 'A value never depends on a later bar.' },
      ],
      expected_artifacts: artifacts('t2'),
      metrics: ['relative difference to the expected values ≤ 0.000001', 'patterns found elsewhere than expected: 0'],
    },
    {
      id: 't3',
      title: 'Entry rule',
      description: `should_enter(bar, indicators, position) is true when ${conditionInWords(strategy.entry)}, and no position is open.`,
      agent_role: 'coder',
      priority: 2,
      dependencies: ['t2'],
      acceptance_criteria: [
        { id: 't3.parts', text: 'Each part of the rule decides alone where it should.' },
        { id: 't3.unknown', text: 'Indicators that are not known yet never lead to an entry by themselves.' },
        { id: 't3.once', text: 'There is no entry while a position is open.' },
      ],
      expected_artifacts: artifacts('t3'),
      metrics: ['scenarios decided as expected: all'],
    },
    {
      id: 't4',
      title: 'Exit rule and backtest',
      description: `should_exit(bar, indicators, position) ends a position: ${exitWords(strategy)}. The backtest trades the fixtures and leaves figures, a picture and a report.`,
      agent_role: 'coder',
      priority: 3,
      dependencies: ['t1', 't2', 't3'],
      acceptance_criteria: [
        {
          id: 't4.levels',
          text: 'Stop loss and take profit end the position at their price, or at the open beyond it; when both are touched, the stop counts.',
        },
        { id: 't4.time', text: 'A signal at the close of a bar is traded at the open of the next; no decision sees a later bar.' },
        {
          id: 't4.figures',
          text: 'Return, drawdown, win rate, profit factor, Sharpe ratio and fees agree with figures worked out by hand.',
        },
        { id: 't4.report', text: 'The command leaves backtest.json, equity.svg and report.md.' },
      ],
      expected_artifacts: artifacts('t4'),
      metrics: ['total return', 'largest drawdown', 'win rate', 'profit factor', 'Sharpe ratio'],
    },
  ];
}

function exitWords({ stopLoss, takeProfit, trailingStop, maxBars, exit }: Strategy): string {
  return [
    `stop loss ${stopLoss} %`,
    `take profit ${takeProfit} %`,
    ...(trailingStop === undefined ? [] : [`trailing stop ${trailingStop} %`]),
    ...(exit === undefined ? [] : [conditionInWords(exit)]),
    ...(maxBars === undefined ? [] : [`${maxBars} bars held`]),
  ].join('; ');
}
