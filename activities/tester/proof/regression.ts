import { detectProject } from '../../../repository/detect/detectProject.ts';
import type { StageResult } from '../../../schemas/stage.ts';
import type { TestRun } from '../../../schemas/testReport.ts';
import type { ProofOrder } from '../../developContracts.ts';
import { sourceAt } from '../../lib/generated/commits.ts';
import { testJobs } from '../../lib/jobs/testJobs.ts';
import { type Acceptance, layOver } from '../../lib/proof/acceptance.ts';
import type { ProverDeps } from './deps.ts';
import { failedNames, toTestRun } from '../../lib/proof/outcomes.ts';
import { normalised } from './signature.ts';
import { stageTask } from '../../lib/proof/stageTask.ts';

export type Regression = { run: TestRun; result: StageResult; passed: boolean; notices: string[] };

/** The repository's own tests with the change. What failed without it already, in the same way, is told and not held against it. */
export async function runRegression(
  deps: ProverDeps,
  { site, base, change, testTimeout }: ProofOrder,
  { open }: Acceptance,
): Promise<Regression | undefined> {
  const laid = await layOver(deps.commits, site, change, open);
  const source = sourceAt(site.source, laid, base);
  const project = await detectProject(await deps.sources.tree(source));
  if (testJobs(project, { run: [], directory: '' }).length === 0) return undefined;

  const task = stageTask({ site, source, id: 'proof-regression', agent: 'test', timeout: testTimeout });
  const result = await deps.runTests(task);
  const run = await toTestRun(deps.store, result, change.commit);
  if (result.passed) return { run, result, passed: true, notices: [] };
  const first = await deps.runTests({ ...task, source: sourceAt(site.source, base) });
  const before = await toTestRun(deps.store, first, base.commit);
  const known = failsAlike({ run, result }, { run: before, result: first });
  return {
    run,
    result,
    passed: known,
    notices: known ? [`the repository's own tests fail without the change too: ${result.summary}`] : [],
  };
}

type Ran = { run: TestRun; result: StageResult };

function failsAlike(after: Ran, before: Ran): boolean {
  if (before.result.passed || after.result.endedBy !== before.result.endedBy) return false;
  const known = new Set(failedNames(before.run));
  const failed = failedNames(after.run);
  return failed.length > 0
    ? failed.every((name) => known.has(name))
    : normalised(after.result.summary) === normalised(before.result.summary);
}
