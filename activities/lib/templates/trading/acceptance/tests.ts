import type { FileText } from '../../../../../schemas/mind.ts';
import type { TaskId } from '../generate/code.ts';
import type { Strategy } from '../subject/strategy.ts';
import { backtestTests } from './backtestTests.ts';
import { dataTests } from './dataTests.ts';
import { entryTests } from './entryTests.ts';
import { exitTests } from './exitTests.ts';
import { indicatorTests, patternTests } from './indicatorTests.ts';

type Which = 'open' | 'hidden';

/** Folder of each task's tests, so that one command runs them alone, and the files in it. */
const suites: Record<TaskId, { folder: string; files: Record<string, (strategy: Strategy, which: Which) => string> }> = {
  t1: { folder: 'data', files: { data: dataTests } },
  t2: { folder: 'indicators', files: { indicators: indicatorTests, patterns: (_, which) => patternTests(which) } },
  t3: { folder: 'entry', files: { entry: entryTests } },
  t4: { folder: 'exit', files: { exit: exitTests, backtest: backtestTests } },
};

/** Acceptance tests of a task. Open and held-out ones look at the same things with other numbers. */
export function taskTests(strategy: Strategy, id: TaskId): { open: FileText[]; hidden: FileText[]; commands: string[] } {
  const { folder, files } = suites[id];
  const written = (which: Which, ending: string): FileText[] =>
    Object.entries(files).map(([name, write]) => ({ path: `test/${folder}/${name}${ending}`, text: write(strategy, which) }));
  return {
    open: written('open', '.test.ts'),
    hidden: written('hidden', '.held.test.ts'),
    commands: [`node --test "test/${folder}/**/*.test.ts"`],
  };
}
