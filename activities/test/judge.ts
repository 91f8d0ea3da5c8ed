import type { ProjectFile } from '../../schemas/projectFile.ts';
import type { TestCounts } from '../../schemas/stage.ts';
import { firstLine } from '../lib/lastLine.ts';
import type { Coverage } from './parse/coverage.ts';
import type { TestCase } from '../lib/testReports/report.ts';
import type { JobOutcome } from './runJob.ts';

type Facts = {
  outcomes: readonly JobOutcome[];
  coverage?: Coverage;
  /** Least percent of lines. */
  threshold?: number;
  quarantine: ProjectFile['tests']['quarantine'];
  /** ISO date. */
  today: string;
};

export type Judgement = { passed: boolean; summary: string; tests?: TestCounts; coverage?: number; notices: string[] };

const mostFailures = 20;

/** Pure: what the outcomes of the test commands come to. */
export function judge({ outcomes, coverage, threshold, quarantine, today }: Facts): Judgement {
  const notices: string[] = [];
  const cases = outcomes.flatMap(({ report }) => report?.cases ?? []);
  const excuse = excuses(quarantine, today, cases, notices);
  const failed = cases.filter(({ status }) => status === 'failed');
  const excused = failed.filter((test) => excuse(test));
  const counts = countTests(outcomes, cases, failed, excused);
  const percent = coverage && (coverage.covered / coverage.total) * 100;

  const problems = [
    ...outcomes.flatMap((outcome) => outcome.problem ?? []),
    ...(counts && counts.failed > 0 ? [failureLine(counts)] : []),
    ...outcomes.flatMap((outcome) => unexplained(outcome, excused.length)),
    ...(counts?.total === 0 ? ['no tests were found: a stage that tests nothing cannot pass'] : []),
  ];
  // Failed tests often leave no coverage; that is then no second fault.
  if (percent !== undefined || problems.length === 0) problems.push(...coverageProblem(percent, threshold));
  if (counts && counts.total > 0 && counts.skipped === counts.total) notices.push('every test was skipped');
  for (const { job, report, problem } of outcomes)
    if (!report && !problem) notices.push(`the tests of \`${job.command}\` could not be counted; its exit code decided`);
  const passed = problems.length === 0;
  return {
    passed,
    summary: passed ? goodLine(counts, percent) : problems.join('; ').slice(0, 500),
    tests: counts,
    coverage: percent === undefined ? undefined : Math.round(percent * 100) / 100,
    notices,
  };
}

function excuses(
  quarantine: Facts['quarantine'],
  today: string,
  cases: readonly TestCase[],
  notices: string[],
): (test: TestCase) => boolean {
  const valid = quarantine.filter(({ expires }) => expires >= today);
  for (const { test, owner, expires } of quarantine) {
    if (expires < today) notices.push(`the quarantine of "${test}" expired on ${expires} (owner: ${owner}); it counts again`);
  }
  const isFor = (name: string, test: string) => name === test || name.endsWith(` > ${test}`);
  for (const { test, owner, expires } of valid) {
    const found = cases.find(({ name, status }) => status === 'failed' && isFor(name, test));
    if (found) notices.push(`"${found.name}" fails in quarantine until ${expires} (owner: ${owner})`);
  }
  return ({ name }) => valid.some(({ test }) => isFor(name, test));
}

function countTests(
  outcomes: readonly JobOutcome[],
  cases: readonly TestCase[],
  failed: TestCase[],
  excused: TestCase[],
): TestCounts | undefined {
  if (outcomes.every(({ report }) => report === undefined)) return undefined;
  const unnamed = outcomes.flatMap(({ report }) => report?.unnamed ?? []);
  const more = (field: 'passed' | 'failed' | 'skipped') => unnamed.reduce((sum, one) => sum + one[field], 0);
  const passed = cases.filter(({ status }) => status === 'passed').length + more('passed');
  const skipped = cases.filter(({ status }) => status === 'skipped').length + more('skipped');
  const bad = failed.length - excused.length + more('failed');
  return {
    total: passed + skipped + bad + excused.length,
    passed,
    failed: bad,
    skipped,
    flaky: [],
    quarantined: excused.map(({ name }) => name.slice(0, 300)),
    failures: failed
      .filter((test) => !excused.includes(test))
      .slice(0, mostFailures)
      .map(({ name, message }) => ({ name: name.slice(0, 300), message: firstLine(message ?? '') || 'failed' })),
  };
}

/** A command that failed although no test of it did. Failures in quarantine explain an exit code. */
function unexplained({ job, exitCode, report, problem, said }: JobOutcome, excused: number): string[] {
  if (exitCode === 0 || problem !== undefined) return [];
  const bad = (report?.unnamed?.failed ?? 0) + (report?.cases ?? []).filter(({ status }) => status === 'failed').length;
  if (report && (bad > 0 || excused > 0)) return [];
  const count = report ? report.cases.length + (report.unnamed?.passed ?? 0) : 0;
  return [`\`${job.command}\` failed (exit ${exitCode})${count > 0 ? ` though none of its ${count} tests did` : ''}: ${said}`];
}

function failureLine({ failed, total, failures }: TestCounts): string {
  const names = failures.slice(0, 3).map(({ name }) => name.slice(0, 100));
  const rest = failed - names.length;
  const list = names.length === 0 ? '' : `: ${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return `${failed} of ${plural(total, 'test')} failed${list}`;
}

function coverageProblem(percent: number | undefined, threshold: number | undefined): string[] {
  if (threshold === undefined) return [];
  if (percent === undefined) return [`${threshold} % of lines must be covered, but no coverage was measured: let the tests write LCOV or Cobertura, and name it in with.coverage_files`]; // prettier-ignore
  return percent < threshold ? [`${figure(percent)} % of lines covered, ${threshold} % are required`] : [];
}

function goodLine(counts: TestCounts | undefined, percent: number | undefined): string {
  const covered = percent === undefined ? '' : `, ${figure(percent)} % of lines covered`;
  if (!counts) return `the tests passed${covered}`;
  const beside = [
    counts.skipped > 0 && `${counts.skipped} skipped`,
    counts.quarantined.length > 0 && `${counts.quarantined.length} failed in quarantine`,
  ].filter(Boolean);
  return `${plural(counts.passed, 'test')} passed${beside.length > 0 ? ` (${beside.join(', ')})` : ''}${covered}`;
}

/** Rounded down, so that a figure below a threshold never looks like it. */
function figure(percent: number): string {
  return (Math.floor(percent * 10 + 1e-9) / 10).toFixed(1);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
