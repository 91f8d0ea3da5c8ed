import { describe, expect, it } from 'vitest';
import { judge } from '../../../activities/test/judge.ts';
import type { TestJob } from '../../../activities/lib/jobs/testJobs.ts';
import type { TestReport } from '../../../activities/lib/testReports/report.ts';
import type { JobOutcome } from '../../../activities/test/runJob.ts';

const job: TestJob = {
  directory: '',
  runner: 'mocha',
  command: 'npm test',
  line: 'mocha',
  separator: '',
  before: [],
  also: [],
  extendable: true,
};
const good: TestReport = { cases: [{ name: 'a', status: 'passed' }, { name: 's > b', status: 'passed' }] }; // prettier-ignore
const bad: TestReport = { cases: [{ name: 'a', status: 'passed' }, { name: 's > b', status: 'failed', message: '\n\u001B[31mwrong\u001B[0m\nmore' }] }; // prettier-ignore
const quarantined = (expires: string) => [{ test: 'b', reason: 'flaky clock', owner: 'ann', expires }];

function outcome(report: TestReport | undefined, exitCode = 0, problem?: string): JobOutcome {
  return { job, exitCode, report, problem, said: 'last words' };
}

type Facts = Partial<Parameters<typeof judge>[0]>;
const verdicts: [string, Facts, boolean, string][] = [
  ['passes when all pass', { outcomes: [outcome(good)] }, true, '2 tests passed'],
  ['fails by a failed test', { outcomes: [outcome(bad, 1)] }, false, '1 of 2 tests failed: s > b'],
  ['fails by a failed test even with exit code 0', { outcomes: [outcome(bad, 0)] }, false, '1 of 2 tests failed: s > b'],
  ['fails by an exit code that no test explains', { outcomes: [outcome(good, 7)] }, false, '`npm test` failed (exit 7) though none of its 2 tests did: last words'],
  ['fails without tests', { outcomes: [outcome({ cases: [] })] }, false, 'no tests were found: a stage that tests nothing cannot pass'],
  ['passes by exit code when tests cannot be counted', { outcomes: [outcome(undefined)] }, true, 'the tests passed'],
  ['fails by exit code when tests cannot be counted', { outcomes: [outcome(undefined, 1)] }, false, '`npm test` failed (exit 1): last words'],
  ['fails by a problem', { outcomes: [outcome(undefined, 0, 'the report is broken')] }, false, 'the report is broken'],
  ['tells coverage', { outcomes: [outcome(good)], coverage: { covered: 97, total: 100 } }, true, '2 tests passed, 97.0 % of lines covered'],
  ['rounds coverage down', { outcomes: [outcome(good)], coverage: { covered: 7999, total: 10_000 }, threshold: 80 }, false, '79.9 % of lines covered, 80 % are required'],
  ['passes at the threshold', { outcomes: [outcome(good)], coverage: { covered: 80, total: 100 }, threshold: 80 }, true, '2 tests passed, 80.0 % of lines covered'],
  ['does not complain of missing coverage when tests fail', { outcomes: [outcome(bad, 1)], threshold: 80 }, false, '1 of 2 tests failed: s > b'],
  ['excuses a quarantined test on its last day', { outcomes: [outcome(bad, 1)], quarantine: quarantined('2030-01-01') }, true, '1 test passed (1 failed in quarantine)'],
  ['counts a quarantined test again after that day', { outcomes: [outcome(bad, 1)], quarantine: quarantined('2029-12-31') }, false, '1 of 2 tests failed: s > b'],
  ['keeps the other failures beside a quarantined one', { outcomes: [outcome({ cases: [...bad.cases, { name: 'c', status: 'failed' }] }, 1)], quarantine: quarantined('2030-01-01') }, false, '1 of 3 tests failed: c'],
]; // prettier-ignore

function decide(facts: Facts) {
  return judge({ outcomes: [], quarantine: [], today: '2030-01-01', ...facts });
}

describe('the verdict on tests', () => {
  it.each(verdicts)('%s', (_title, facts, passed, summary) => {
    expect(decide(facts)).toMatchObject({ passed, summary });
  });

  it('demands coverage that nobody measured', () => {
    const verdict = decide({ outcomes: [outcome(good)], threshold: 80 });
    expect(verdict).toMatchObject({ passed: false });
    expect(verdict.summary).toMatch(/no coverage was measured.*coverage_files/);
  });

  it('gives at most 20 failures, with the first line of each message, plain', () => {
    const many = Array.from({ length: 30 }, (_, i) => ({ name: `t${i}`, status: 'failed' as const, message: 'x' }));
    expect(decide({ outcomes: [outcome(bad, 1)] }).tests?.failures).toEqual([{ name: 's > b', message: 'wrong' }]);
    expect(decide({ outcomes: [outcome({ cases: many }, 1)] }).tests).toMatchObject({ failed: 30, failures: { length: 20 } });
  });

  it('tells who owns a quarantine that expired or is in use', () => {
    expect(decide({ outcomes: [outcome(bad, 1)], quarantine: quarantined('2029-12-31') }).notices).toEqual([
      'the quarantine of "b" expired on 2029-12-31 (owner: ann); it counts again',
    ]);
    expect(decide({ outcomes: [outcome(bad, 1)], quarantine: quarantined('2030-06-01') }).notices).toEqual([
      '"s > b" fails in quarantine until 2030-06-01 (owner: ann)',
    ]);
  });
});
