import type { Runner } from '../../repository/tools.ts';
import { parseCargoTest } from './parse/cargoTest.ts';
import { parseGoTest } from './parse/goTest.ts';
import { parseJest } from './parse/jest.ts';
import { parseJunit } from '../lib/testReports/junit.ts';
import type { TestReport } from '../lib/testReports/report.ts';
import { parseTap } from './parse/tap.ts';

/** How a runner is asked for a report that programs can read. */
export type Instrument = {
  /** Arguments behind the runner's own. */
  args?: string[];
  env?: Record<string, string>;
  /** The report is what the command prints; `quiet`: too long for the log. */
  prints?: 'loud' | 'quiet';
  /** The line is rewritten instead of being extended. */
  rewrite?: (line: string) => string;
  read: (text: string) => TestReport;
};

export type InstrumentChoice = {
  /** Absolute path, in the box, of the report to write. */
  report: string;
  /** Absolute path, in the box, of the folder in which the command runs. */
  root: string;
  /** Absolute path, in the box, of the coverage file to write; undefined when none is wanted. */
  coverage?: string;
  /** Where the sources are, relative to the folder; pytest-cov measures nothing else. */
  sources?: string;
  line: string;
};

/** The instrument of a runner; undefined when its output alone can be read. */
export function instrumentOf(runner: Runner, choice: InstrumentChoice): Instrument | undefined {
  const { report, coverage } = choice;
  switch (runner) {
    case 'jest':
      return {
        args: [
          '--json',
          `--outputFile=${report}`,
          ...(coverage ? ['--coverage', '--coverageReporters=lcov', '--coverageReporters=text-summary'] : []),
        ],
        read: (text) => parseJest(text, choice.root),
      };
    case 'vitest':
      return {
        args: [
          '--reporter=default',
          '--reporter=junit',
          `--outputFile.junit=${report}`,
          ...(coverage
            ? ['--coverage.enabled', '--coverage.reportOnFailure', '--coverage.reporter=lcov', '--coverage.reporter=text-summary']
            : []),
        ],
        read: parseJunit,
      };
    case 'mocha':
      return { args: ['--reporter', 'xunit', '--reporter-option', `output=${report}`], read: parseJunit };
    case 'node':
      return nodeTest(choice);
    case 'ava':
      return { args: ['--tap'], prints: 'loud', read: parseTap };
    case 'tap':
      return { args: ['--reporter=tap', ...(coverage ? ['--coverage-report=lcovonly'] : [])], prints: 'loud', read: parseTap };
    case 'tape':
      return { prints: 'loud', read: parseTap };
    case 'playwright':
      return { args: ['--reporter=list,junit'], env: { PLAYWRIGHT_JUNIT_OUTPUT_NAME: report }, read: parseJunit };
    case 'bun':
      return { args: ['--reporter=junit', `--reporter-outfile=${report}`], read: parseJunit };
    case 'pytest':
      return {
        env: {
          PYTEST_ADDOPTS: [
            `--junitxml=${report}`,
            ...(coverage
              ? [`--cov${choice.sources ? `=${choice.sources}` : ''}`, `--cov-report=lcov:${coverage}`, '--cov-report=term']
              : []),
          ].join(' '),
        },
        read: parseJunit,
      };
    case 'go':
      return {
        prints: 'quiet',
        rewrite: (line) => line.replace(/\bgo test\b/, `go test -json${coverage ? ` -coverprofile=${coverage}` : ''}`),
        read: parseGoTest,
      };
    case 'cargo':
      return {
        prints: 'loud',
        rewrite: (line) => line.replace(/\bcargo test\b(?!.*--no-fail-fast)/, 'cargo test --no-fail-fast'),
        read: parseCargoTest,
      };
    default:
      return undefined;
  }
}

/** Reporters come by NODE_OPTIONS, as arguments behind file names would be taken for files. Reporters of the script's own are left alone. */
function nodeTest({ report, coverage, line }: InstrumentChoice): Instrument | undefined {
  if (line.includes('--test-reporter') || !/\bnode\b|\btsx\b/.test(line)) return undefined;
  const reporters: [string, string][] = [['spec', 'stdout'], ['junit', report]]; // prettier-ignore
  if (coverage) reporters.push(['lcov', coverage]);
  const options = reporters.map(([name, to]) => `--test-reporter=${name} --test-reporter-destination=${to}`).join(' ');
  return { env: { NODE_OPTIONS: options }, read: parseJunit };
}
