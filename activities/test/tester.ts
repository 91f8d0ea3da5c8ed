import { failure } from '../../schemas/failures.ts';
import { TestSettings } from '../../schemas/settings.ts';
import type { Artifact, StageTask } from '../../schemas/stage.ts';
import type { Tester } from '../contracts.ts';
import { setUpProject } from '../lib/setUpProject.ts';
import type { StageRunner, Verdict, Workbench } from '../lib/workbench.ts';
import { testJobs } from '../lib/jobs/testJobs.ts';
import { judge } from './judge.ts';
import { toJunit } from './parse/junitWriter.ts';
import { readCoverage } from './readCoverage.ts';
import { type JobOutcome, runJob } from './runJob.ts';

/** Runs a repository's tests as the project does, counts them, and measures coverage where that is configured or required. */
export function createTester({ runStage }: { runStage: StageRunner }) {
  function runTests(task: StageTask) {
    return runStage(task, { version: 'tester@1' }, (bench) => test(bench, settingsOf(task)));
  }
  return { runTests } satisfies Tester;
}

async function test(bench: Workbench, settings: TestSettings): Promise<Verdict> {
  const { stage, rules } = bench.task;
  const jobs = testJobs(bench.project, stage);
  if (jobs.length === 0) return { passed: false, summary: nothing(stage.directory) };

  const threshold = settings.coverage ?? rules.tests.coverage;
  const committed = new Set(await bench.tree.list());
  const env = await setUpProject(bench);
  const outcomes: JobOutcome[] = [];
  for (const [index, job] of jobs.entries()) {
    outcomes.push(await runJob(bench, job, { index, env, threshold: threshold !== undefined, junit: settings.junit }));
  }
  const { coverage, artifacts } = await readCoverage(bench, { jobs, globs: settings.coverage_files, committed });

  const today = new Date().toISOString().slice(0, 10);
  const { notices, ...verdict } = judge({ outcomes, coverage, threshold, quarantine: rules.tests.quarantine, today });
  for (const notice of notices) bench.notice(notice);
  for (const { name, message } of verdict.tests?.failures ?? []) bench.log(`✗ ${name}: ${message}`);
  return { ...verdict, artifacts: [...(await junitOf(bench, outcomes)), ...artifacts] };
}

async function junitOf(bench: Workbench, outcomes: readonly JobOutcome[]): Promise<Artifact[]> {
  const cases = outcomes.flatMap(({ report }) => report?.cases ?? []);
  return cases.length === 0 ? [] : [await bench.keep('junit.xml', 'junit', toJunit(cases), 'application/xml')];
}

function nothing(directory: string): string {
  const where = directory === '' ? '' : ` in ${directory}`;
  return `no tests were found${where}: no test script, no pytest, no Go or Rust module. Give the stage "run:" commands, or leave it out`;
}

function settingsOf({ stage }: StageTask): TestSettings {
  const parsed = TestSettings.safeParse(stage.with);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw failure('InvalidConfiguration', `stage ${stage.id}: with.${issue?.path.join('.')}: ${issue?.message}`);
}
