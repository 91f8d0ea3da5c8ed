import { posix } from 'node:path';
import { quoted } from '../install/environment.ts';
import { lastLine } from '../lib/lastLine.ts';
import type { Workbench } from '../lib/workbench.ts';
import { coverageOf, type CoveragePlan } from './coveragePlan.ts';
import { type Instrument, instrumentOf } from './instruments.ts';
import type { TestJob } from './job.ts';
import type { TestReport } from './parse/report.ts';
import { readSummary } from './parse/summaryText.ts';
import { readReport, reportsLeft } from './reports.ts';

/** Folder of the workspace for reports that Mainstay asks for. */
export const reportsFolder = '.mainstay-out';

export type JobOutcome = {
  job: TestJob;
  exitCode: number | null;
  /** Absent: the command's tests could not be counted. */
  report?: TestReport;
  /** Why the job is no good, whatever its report says: a build before it failed, its report is broken. */
  problem?: string;
  /** The command's last line. */
  said: string;
};

export type JobOptions = {
  /** Unique in the stage; names the report. */
  index: number;
  env: Record<string, string>;
  /** Coverage must be measured, though the project may not ask for it. */
  threshold: boolean;
  /** Globs of JUnit files that the commands leave; empty: new ones are looked for. */
  junit: readonly string[];
};

/** Runs one test command and reads what it reports, from the best source there is: its report, JUnit files that it left, its last lines. */
export async function runJob(bench: Workbench, job: TestJob, options: JobOptions): Promise<JobOutcome> {
  const box = await bench.box();
  for (const line of job.before) {
    const result = await bench.run({ command: line, directory: job.directory, env: options.env });
    if (result.exitCode !== 0)
      return broken(job, result.exitCode, `${line} failed before the tests (exit ${result.exitCode})`, result.tail);
  }

  const folder = posix.join(box.root, reportsFolder);
  const report = posix.join(reportsFolder, `tests-${options.index}`);
  await box.writeText(`${reportsFolder}/README`, 'Reports of this stage.\n');
  const plan = coverageOf(job, { threshold: options.threshold, file: posix.join(folder, `coverage-${options.index}`) });
  const instrument =
    job.extendable || job.runner === 'pytest' ? instrumentFor(job, posix.join(box.root, report), plan, box.root, bench) : undefined;
  const before = await reportsLeft(box, options.junit);

  const command = await commandLine(job, instrument, plan, posix.join(box.root, report));
  const result = await bench.run({ command, directory: job.directory, env: { ...options.env, ...instrument?.env } });
  const outcome: JobOutcome = { job, exitCode: result.exitCode, said: lastLine(result.tail) };
  const found = await readReport({ box, instrument, report, before, junit: options.junit, output: result.stdout });
  if ('problem' in found) return { ...outcome, problem: found.problem };
  outcome.report = found.report ?? readSummary(result.tail);

  for (const line of job.also) {
    const more = await bench.run({ command: line, directory: job.directory, env: options.env });
    if (more.exitCode !== 0) return { ...outcome, problem: `${line} failed (exit ${more.exitCode}): ${lastLine(more.tail)}` };
  }
  return outcome;
}

function broken(job: TestJob, exitCode: number | null, why: string, tail: string): JobOutcome {
  const said = lastLine(tail);
  return { job, exitCode, problem: `${why}: ${said}`, said };
}

function instrumentFor(job: TestJob, report: string, plan: CoveragePlan, root: string, bench: Workbench): Instrument | undefined {
  const packages = bench.project.packages.filter((pkg) => pkg.language === 'python' && pkg.directory === job.directory);
  return instrumentOf(job.runner, {
    report,
    root: posix.join(root, job.directory),
    coverage: plan.file,
    sources: packages.length === 1 ? plan.sources : undefined,
    line: job.line,
  });
}

async function commandLine(job: TestJob, instrument: Instrument | undefined, plan: CoveragePlan, report: string): Promise<string> {
  const base = plan.command ?? job.command;
  const args = (instrument?.args ?? []).map(quoted).join(' ');
  const extended = args === '' ? base : `${base} ${job.separator}${args}`;
  const line = instrument?.rewrite?.(extended) ?? extended;
  if (instrument?.prints === 'quiet') return `${line} > ${quoted(report)}`;
  // A pipe would answer with the exit code of tee.
  if (instrument?.prints === 'loud')
    return `{ ${line}; echo $? > ${quoted(`${report}.exit`)}; } | tee ${quoted(report)}; exit "$(cat ${quoted(`${report}.exit`)})"`;
  return line;
}
