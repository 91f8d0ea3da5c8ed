import type { Contract } from '../../../../schemas/contract.ts';
import { failure } from '../../../../schemas/failures.ts';
import { type TaskId, taskCode } from './generate/code.ts';
import { indicatorsOf, keyOf } from './subject/series.ts';
import { patternNames, type Strategy } from './subject/strategy.ts';
import { conditionInWords, seriesInWords } from './subject/words.ts';

type Interface = Contract['interfaces'][number];
type Model = Contract['data_models'][number];
type Draft = Pick<Contract, 'title' | 'interfaces' | 'data_models' | 'docs'> & { expectations: [given: string, expect: string][] };

const field = (name: string, type: string, description = ''): Model['fields'][number] => ({ name, type, required: true, description });
const numbers = (...names: string[]) => names.map((name) => field(name, 'number'));

function declare(name: string, module: string, description: string, rest: Partial<Interface> & Pick<Interface, 'returns'>): Interface {
  return { name, kind: 'function', module, description, parameters: [], exceptions: [], examples: [], ...rest };
}

/** What the code of a task promises. */
export function contractOf(strategy: Strategy, id: TaskId): Omit<Contract, 'version'> {
  const { expectations, ...draft } = drafts[id](strategy);
  const name = draft.interfaces[0]?.name ?? '';
  return {
    task_id: id,
    language: 'typescript',
    ...draft,
    test_skeletons: expectations.map(([given, expect]) => ({ name: expect, interface: name, given, when: `${name} is called`, expect })),
  };
}

/** The task's id, checked; fails with `InvalidInput`. */
export function readTaskId(taskId: string): TaskId {
  if (Object.hasOwn(taskCode, taskId)) return taskId as TaskId;
  throw failure('InvalidInput', `a trading strategy has no task ${taskId}: its tasks are ${Object.keys(taskCode).join(', ')}`);
}

const candle: Model = {
  name: 'Candle',
  description: 'What indicators and patterns look at.',
  fields: numbers('open', 'high', 'low', 'close', 'volume'),
};
const position: Model = {
  name: 'Position',
  description: 'What is held.',
  fields: [field('entryTime', 'string'), ...numbers('entryPrice', 'quantity', 'highest', 'barsHeld')],
};

const drafts: Record<TaskId, (strategy: Strategy) => Draft> = {
  t1: () => ({
    title: 'Load and check the data',
    interfaces: [
      declare('fetch_and_prepare_data', 'src/data.ts', 'Reads bars from a CSV file and checks them; never repairs or drops one.', {
        parameters: [
          field('file', 'string', 'CSV with the columns time, open, high, low, close, volume in any order; date stands for time.'),
          {
            ...field('maxGap', 'number', 'Longest time between two bars, milliseconds; that of a closed market unless told.'),
            required: false,
          },
        ],
        returns: { type: 'Promise<Bar[]>', description: 'Ascending by time.' },
        exceptions: [
          {
            type: 'Error',
            when: 'A column is missing, or a line is wrong, double, not sorted or after a gap; the message names each line.',
          },
        ],
      }),
    ],
    data_models: [
      { ...candle, name: 'Bar', description: 'One bar of the market.', fields: [field('time', 'string', 'ISO 8601'), ...candle.fields] },
    ],
    docs: 'Prices are above 0, volume is 0 or more, the high is not below open or close, the low not above them. A time without a zone is UTC.',
    expectations: [
      ['the fixtures', 'every bar as numbers'],
      ['columns in another order', 'the same bars'],
      ['a wrong, double, unsorted or missing bar', 'an Error that names the line'],
    ],
  }),
  t2: (strategy) => ({
    title: 'Indicators and candle patterns',
    interfaces: [
      declare('computeIndicators', 'src/indicators.ts', 'The indicators of each bar, from that bar and those before it alone.', {
        parameters: [field('bars', 'readonly Candle[]')],
        returns: { type: 'Indicators[]', description: 'One for each bar.' },
      }),
      declare('patternsAt', 'src/patterns.ts', 'The candle patterns that are complete with the bar at the index.', {
        parameters: [field('candles', 'readonly Candle[]'), field('index', 'number')],
        returns: { type: 'Pattern[]', description: patternNames.join(', ') },
      }),
    ],
    data_models: [
      candle,
      {
        name: 'Values',
        description: 'null where there are not enough bars yet.',
        fields: indicatorsOf(strategy).map((one) => field(keyOf(one), 'number | null', seriesInWords(one))),
      },
      {
        name: 'Indicators',
        description: 'All that is known at the close of one bar.',
        fields: [
          field('values', 'Values'),
          field('patterns', 'readonly Pattern[]'),
          field('previous', '{ bar: Candle; values: Values } | null', 'What was known one bar earlier.'),
        ],
      },
    ],
    docs: 'RSI and ATR are smoothed as in Wilder 1978, MACD is as in Appel 1979 with EMAs that start from the first close, Bollinger Bands are as in Bollinger 2001 with the population deviation, patterns as in Nison 1991.',
    expectations: [
      ['invented bars', 'values that agree with other formulas'],
      ['hand-worked candles', 'each pattern where it is and not at near misses'],
      ['the bars cut short', 'the same values as with all bars'],
    ],
  }),
  t3: ({ entry }) => ({
    title: 'Entry rule',
    interfaces: [
      declare(
        'should_enter',
        'src/entry.ts',
        `Whether the close of this bar is a reason to buy: ${conditionInWords(entry)}.`.slice(0, 2000),
        {
          parameters: [
            field('bar', 'Candle'),
            field('indicators', 'Indicators'),
            field('position', 'Position | null', 'null: none is open'),
          ],
          returns: { type: 'boolean', description: 'The purchase is made at the next open.' },
        },
      ),
    ],
    data_models: [position],
    docs: 'A comparison with a value that is not known yet is false. A crossing is at or on the other side one bar before, and beyond at this bar.',
    expectations: [
      ['each part of the rule turned alone', 'the answer that follows from the rule'],
      ['an indicator that is not known yet', 'no part that needs it holds'],
      ['an open position', 'no entry'],
    ],
  }),
  t4: (strategy) => ({
    title: 'Exit rule and backtest',
    interfaces: [
      declare(
        'should_exit',
        'src/exit.ts',
        'Why and at what price the position ends; null: it stays. The stop wins when both levels are touched in one bar.',
        {
          parameters: [field('bar', 'Candle'), field('indicators', 'Indicators'), field('position', 'Position')],
          returns: { type: 'Exit | null', description: 'Without a price it ends at the next open.' },
          examples: [exitExample(strategy)],
        },
      ),
      declare(
        'runBacktest',
        'src/backtest.ts',
        'Trades the bars with the whole account. What is decided at a close is carried out at the next open.',
        {
          parameters: [
            field('bars', 'readonly Bar[]'),
            field('indicators', 'readonly Indicators[]'),
            field('account', 'Account'),
            { ...field('rules', 'Rules', 'should_enter and should_exit unless told.'), required: false },
          ],
          returns: { type: 'Backtest', description: '' },
        },
      ),
      declare('measure', 'src/metrics.ts', 'The figures of a backtest that began with a capital.', {
        parameters: [field('backtest', 'Backtest'), field('capital', 'number')],
        returns: { type: 'Metrics', description: 'Sharpe ratio as in Sharpe 1994.' },
      }),
      declare('drawEquity', 'src/chart.ts', 'The value of the account over time as SVG.', {
        parameters: [field('backtest', 'Backtest'), field('title', 'string')],
        returns: { type: 'string', description: '' },
      }),
      declare('main', 'src/main.ts', 'node src/main.ts [bars.csv] [folder]: leaves backtest.json, equity.svg and report.md.', {
        kind: 'command',
        returns: { type: 'void', description: '' },
      }),
    ],
    data_models: [
      { name: 'Exit', description: 'How a position ends.', fields: [field('reason', 'ExitReason'), field('price', 'number | null')] },
    ],
    docs: 'A bar that opens beyond a level is left at its open. A trailing stop follows the bars before the present one.',
    expectations: [
      ['a bar that touches the stop, the target, or both', 'stop, target, stop'],
      ['a signal at a close', 'a trade at the next open'],
      ['six bars worked out by hand', 'return, drawdown, Sharpe ratio and fees of the hand'],
    ],
  }),
};

function exitExample({ stopLoss }: Strategy): Interface['examples'][number] {
  const level = 100 - stopLoss;
  return {
    title: 'the low touches the stop',
    input: {
      bar: { open: 100, high: 100, low: level - 0.5, close: level, volume: 1 },
      position: { entryPrice: 100, highest: 100, barsHeld: 1 },
    },
    output: { reason: 'stop loss', price: level },
  };
}
