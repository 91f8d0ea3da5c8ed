import type { FileText } from '../../../schemas/mind.ts';
import type { Change } from '../../../schemas/mind.ts';
import type { StageResult } from '../../../schemas/stage.ts';
import type { ChangeRefusal, TestRun } from '../../../schemas/testReport.ts';
import type { ProofOrder } from '../../developContracts.ts';
import { sourceAt } from '../../lib/generated/commits.ts';
import { type Acceptance, layOver } from '../../lib/proof/acceptance.ts';
import { contradictionOf, unmoved } from './contradiction.ts';
import type { ProverDeps } from './deps.ts';
import { missingTests } from './missingTests.ts';
import { toTestRun } from '../../lib/proof/outcomes.ts';
import { stageTask, strictRules } from '../../lib/proof/stageTask.ts';

/** What the acceptance tests showed: runs without and with the change, and why they are no witness, if so. */
export type Witness = { before: TestRun; after?: TestRun; result: StageResult; refusals: ChangeRefusal[] };

/**
 * Runs the acceptance tests without the change, where they must not all pass, and with it, where all must run and pass, and
 * fail where they expect something else; each time in a fresh box.
 */
export async function callWitness(deps: ProverDeps, order: ProofOrder, acceptance: Acceptance): Promise<Witness> {
  const first = await runAcceptance(deps, order, order.base, acceptance);
  const before = first.run;
  if (before.passed) {
    const message = 'the acceptance tests pass without the change: they show nothing of it. Let them ask for what is new';
    return { before, result: first.result, refusals: [{ rule: 'no-witness', path: '.', message }] };
  }
  let last = await runAcceptance(deps, order, order.change, acceptance);
  for (let time = 2; time <= order.times && last.run.passed; time++) last = await runAcceptance(deps, order, order.change, acceptance);
  const { run: after, result } = last;
  const refusals = after.passed ? unshown(acceptance, after) : [];
  if (after.passed && refusals.length === 0) refusals.push(...(await cheated(deps, order, acceptance, after)));
  return { before, after, result, refusals };
}

/** Runs the tests once more, some of which expect something else now: whoever passes them was not tested. */
async function cheated(deps: ProverDeps, order: ProofOrder, acceptance: Acceptance, after: TestRun): Promise<ChangeRefusal[]> {
  const contradiction = contradictionOf(acceptance);
  if (contradiction === undefined) return [];
  const { run } = await runAcceptance(deps, order, order.change, contradiction.acceptance);
  return unmoved(contradiction, after, run);
}

async function runAcceptance(deps: ProverDeps, { site, testTimeout }: ProofOrder, on: Change, { open, hidden, commands }: Acceptance) {
  const laid = await layOver(deps.commits, site, on, [...open, ...hidden]);
  const task = { site, source: sourceAt(site.source, laid, on), agent: 'test', run: commands, timeout: testTimeout } as const;
  const result = await deps.runTests(stageTask({ ...task, id: 'proof-acceptance', rules: strictRules(site.rules) }));
  return { result, run: await toTestRun(deps.store, result, on.commit) };
}

/** Where held-out tests stand is not told. */
function unshown({ open, hidden }: Acceptance, after: TestRun): ChangeRefusal[] {
  const held = new Set(hidden.map(({ path }) => path));
  const all: FileText[] = [...open, ...hidden];
  return missingTests(all, after).map((refusal) => (held.has(refusal.path) ? { ...refusal, path: 'held-out tests' } : refusal));
}
