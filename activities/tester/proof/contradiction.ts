import type { FileText } from '../../../schemas/mind.ts';
import type { ChangeRefusal, TestRun } from '../../../schemas/testReport.ts';
import { contradictJavaScript } from '../../lib/tests/javascript/contradict.ts';
import { contradictPython } from '../../lib/tests/python/contradict.ts';
import type { Acceptance } from '../../lib/proof/acceptance.ts';

/** The acceptance tests with some that now expect something else, and how many those are. */
export type Contradiction = { acceptance: Acceptance; tests: number };

/**
 * Code that answers by reading the tests, patches assertions or makes the report itself is as good with tests that ask for the opposite: it
 * gives itself away there. The held-out tests are turned round where that can be done, since nobody knows their right text; else the open ones.
 * Undefined where no test can be.
 */
export function contradictionOf({ open, hidden, commands }: Acceptance): Contradiction | undefined {
  const turned = turnedRound(hidden);
  if (turned.tests > 0) return { acceptance: { open, hidden: turned.files, commands }, tests: turned.tests };
  const others = turnedRound(open);
  return others.tests > 0 ? { acceptance: { open: others.files, hidden, commands }, tests: others.tests } : undefined;
}

function turnedRound(files: readonly FileText[]): { files: FileText[]; tests: number } {
  const made = files.map(({ path, text }) =>
    text === null ? undefined : (contradictJavaScript(path, text) ?? contradictPython(path, text)),
  );
  return {
    files: files.map((file, i) => ({ ...file, text: made[i]?.text ?? file.text })),
    tests: made.reduce((sum, one) => sum + (one?.tests ?? 0), 0),
  };
}

/** What is wrong when fewer tests fail than were turned round, as far as they were counted. */
export function unmoved({ tests }: Contradiction, after: TestRun, turned: TestRun): ChangeRefusal[] {
  if (turned.ended_by !== undefined || after.summary.total === 0) return [];
  const lost = after.summary.passed - turned.summary.passed;
  if (!turned.passed && lost >= tests) return [];
  const message = `${tests - lost} of ${tests} tests pass as well when they expect something else: the code must not read the tests, change what assertions do, or write the report`;
  return [{ rule: 'no-witness', path: 'acceptance tests', message }];
}
