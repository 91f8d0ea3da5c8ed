import type { StageResult } from '../../../schemas/stage.ts';
import type { TestRun } from '../../../schemas/testReport.ts';
import { firstLine } from '../lastLine.ts';
import type { ArtifactStore } from '../workbench.ts';
import { parseJunit } from '../testReports/junit.ts';

/** Most tests that a report tells one by one. */
const mostOutcomes = 5000;

/** What a run of tests came to, every test of it read back from the stage's JUnit file. */
export async function toTestRun(store: ArtifactStore, result: StageResult, commit: TestRun['commit']): Promise<TestRun> {
  const junit = result.artifacts.find(({ kind }) => kind === 'junit')?.blob;
  const cases = junit === undefined ? [] : parseJunit(Buffer.from(await store.get(junit)).toString('utf8')).cases;
  const { total = 0, passed = 0, failed = 0, skipped = 0 } = result.tests ?? {};
  return {
    commit,
    passed: result.passed,
    summary: { total, passed, failed, skipped, duration_ms: Date.parse(result.endedAt) - Date.parse(result.startedAt) },
    outcomes: cases.slice(0, mostOutcomes).map(({ name, status, message }) => ({
      // Our own file has one suite, which is no part of a name.
      name: name.replace(/^mainstay > /, '').slice(0, 300),
      status,
      ...(message === undefined ? {} : { message: firstLine(message) || 'failed' }),
    })),
    ...(result.endedBy === undefined ? {} : { ended_by: result.endedBy }),
    ...(result.log === undefined ? {} : { log: result.log }),
  };
}

/** Names of the tests that failed. */
export function failedNames({ outcomes }: TestRun): string[] {
  return outcomes.filter(({ status }) => status === 'failed').map(({ name }) => name);
}
