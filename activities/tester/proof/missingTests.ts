import type { FileText } from '../../../schemas/mind.ts';
import type { ChangeRefusal, TestRun } from '../../../schemas/testReport.ts';
import { nameOf, type TestEntry } from '../../lib/tests/inventory.ts';
import { readInventory } from '../../lib/tests/readInventory.ts';
import { isTest } from '../../lib/languages.ts';

const mostNamed = 10;

/**
 * Acceptance tests that the run's report does not show as passed: a report that was forged, cut short or made without them. Tests that
 * their author skipped are not expected.
 */
export function missingTests(files: readonly FileText[], { outcomes, summary }: Pick<TestRun, 'outcomes' | 'summary'>): ChangeRefusal[] {
  if (summary.total === 0)
    return [{ rule: 'no-witness', path: 'acceptance tests', message: 'no test was counted: a run without tests proves nothing' }];
  const free = outcomes.filter(({ status }) => status === 'passed').map(({ name }) => letters(name));
  const expected = files.flatMap(({ path, text }) => testsOf(path, text ?? '').map((test) => ({ path, test })));
  // The longest names first, so that none takes the case of another that ends like it.
  const ordered = expected.toSorted((a, b) => nameOf(b.test).length - nameOf(a.test).length);
  const missing = ordered.filter(({ test }) => !takeCase(free, test));
  return missing.slice(0, mostNamed).map(({ path, test }) => ({
    rule: 'no-witness',
    path,
    message: `the test "${nameOf(test).slice(0, 200)}" is not among those that ran and passed`,
  }));
}

function testsOf(path: string, text: string): TestEntry[] {
  const tests = (isTest(path) ? readInventory(path, text)?.tests : undefined) ?? [];
  const runs = tests.filter(({ state }) => state === 'runs');
  // Of a test with subtests many runners report the subtests alone.
  return runs.filter(
    ({ titles }) => !runs.some((other) => other.titles.length > titles.length && titles.every((title, i) => other.titles[i] === title)),
  );
}

function takeCase(free: string[], { titles }: TestEntry): boolean {
  const whole = patternOf(titles.join(' '));
  const own = patternOf(titles.at(-1) ?? '');
  const index = [whole, own].map((pattern) => free.findIndex((name) => pattern.test(name))).find((found) => found >= 0);
  if (index === undefined) return false;
  free.splice(index, 1);
  return true;
}

/** Runners join groups and titles in ways of their own, and add parameters: letters and digits tell a test, at the end of its name. */
function patternOf(title: string): RegExp {
  const parts = title.split('…').map(letters);
  return new RegExp(`${parts.join('.*')}$`, 'su');
}

function letters(name: string): string {
  return name
    .replace(/\[[^\]]*\]$/, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}
