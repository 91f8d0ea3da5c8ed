import { posix } from 'node:path';
import { lastLine } from '../lib/lastLine.ts';
import { reportsFolder, seenFrom } from '../lib/printed.ts';
import type { Workbench } from '../lib/workbench.ts';
import { coverageOf } from './coveragePlan.ts';
import { instrumented } from './instrumented.ts';
import { type Instrument, instrumentOf } from './instruments.ts';
import type { TestJob } from '../lib/jobs/testJobs.ts';
import type { TestReport } from '../lib/testReports/report.ts';
import { readSummary } from './parse/summaryText.ts';
import { parseUvu } from './parse/uvu.ts';
import { pythonSources } from './pythonSources.ts';
import { readReport, reportsLeft } from './reports.ts';
import { coverageFile } from './coverageFile.ts';

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

  await box.writeText(`${reportsFolder}/README`, 'Reports of this stage.\n');
  const report = posix.join(reportsFolder, `tests-${options.index}`);
  const inBox = posix.join(box.root, report);
  const plan = coverageOf(job, { threshold: options.threshold, file: posix.join(box.root, coverageFile(options.index)) });
  const instrument = await instrumentFor(bench, job, { report: inBox, root: posix.join(box.root, job.directory), coverage: plan.file });
  const before = await reportsLeft(box, options.junit);

  const command = instrumented({
    job,
    instrument,
    command: plan.command,
    report: seenFrom(job.directory, report),
    set: bench.task.stage.env,
  });
  const result = await bench.run({ command, directory: job.directory, env: { ...options.env, ...instrument?.env } });
  const outcome: JobOutcome = { job, exitCode: result.exitCode, said: lastLine(result.tail) };
  const found = await readReport({ box, instrument, report, before, junit: options.junit, output: result.stdout });
  if ('problem' in found) return { ...outcome, problem: found.problem };
  outcome.report =
    found.report ?? (job.runner === 'uvu' ? parseUvu(`${result.stdout}\n${result.cut ? result.tail : ''}`) : readSummary(result.tail));

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

async function instrumentFor(
  bench: Workbench,
  job: TestJob,
  paths: { report: string; root: string; coverage?: string },
): Promise<Instrument | undefined> {
  // pytest is told by its environment, so it can be anywhere in the command.
  if (!job.extendable && job.runner !== 'pytest') return undefined;
  const sources = job.runner === 'pytest' ? await pythonSources(bench.tree, job.directory) : undefined;
  return instrumentOf(job.runner, { ...paths, sources, line: job.line });
}
