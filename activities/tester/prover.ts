import type { Proof } from '../../schemas/debugFailure.ts';
import type { DevelopTester, ProofOrder } from '../developContracts.ts';
import { sourceAt } from '../lib/generated/commits.ts';
import { whileHeartbeating } from '../lib/heartbeats.ts';
import { readChangedFiles } from '../lib/proof/changedFiles.ts';
import { checkChange, scanChange } from './checks/checkCode.ts';
import { createExhibitor } from './exhibits.ts';
import { type Acceptance, readAcceptance } from '../lib/proof/acceptance.ts';
import type { ProofPlace, ProverDeps } from './proof/deps.ts';
import { runRegression } from './proof/regression.ts';
import { buildReportOf, type Found, summarise } from './proof/summary.ts';
import { withholding } from './proof/withhold.ts';
import { callWitness } from './proof/witness.ts';
import { refuseChangeApart } from './refuseChange.ts';

/** Proves changes (requirement V11): nothing of a change runs before it was read and scanned, and no word of its maker's is taken for a fact. */
export function createProver(deps: ProverDeps): Pick<DevelopTester, 'proveChange' | 'makeExhibits'> {
  return {
    proveChange: (order) => whileHeartbeating((signal) => prove(deps, order, signal)),
    makeExhibits: createExhibitor(deps),
  };
}

async function prove(deps: ProverDeps, order: ProofOrder, signal: AbortSignal): Promise<Proof> {
  const acceptance = await readAcceptance(deps.store, order.tests);
  const { commands } = acceptance;
  const found: Found = {
    commands,
    refusals: [],
    notices: [],
    steps: [],
    startedAt: new Date().toISOString(),
    withhold: withholding(acceptance),
  };
  const proving = { order, acceptance, found, signal };
  await check(deps, proving);
  const built = buildReportOf(order, found);
  if (found.refusals.length === 0) await test(deps, proving);
  const { report, proof } = summarise(order, found);
  const put = (paper: object) => deps.store.put(JSON.stringify(paper, undefined, 1), 'application/json');
  return { ...proof, report: await put(report), ...(found.steps.length > 0 && { buildReport: await put(built) }) };
}

type Proving = { order: ProofOrder; acceptance: Acceptance; found: Found; signal: AbortSignal };

/** Reading, scans, linters, types and build, the cheap ones first; a step that finds something wrong is the last. */
async function check(deps: ProverDeps, { order, found, signal }: Proving): Promise<void> {
  const { site, base, change, testTimeout: timeout, tests, allowed } = order;
  const source = sourceAt(site.source, change, base);
  const changed = await readChangedFiles(deps.sources, source, sourceAt(site.source, base));
  const guarded = { open: new Set(tests.flatMap(({ paths }) => paths)), hidden: new Set(tests.flatMap(({ hiddenPaths }) => hiddenPaths)) };
  const place: ProofPlace = { site, source, base, changed: changed.files.map(({ path }) => path), timeout };

  const steps = [
    async () => ({ ...(await refuseChangeApart({ changed, guarded, allowed }, signal)), steps: [] }),
    () => scanChange(deps, place),
    () => checkChange(deps, place),
  ];
  for (const step of steps) {
    const { refusals, notices, steps: ran } = await step();
    found.refusals.push(...refusals);
    found.notices.push(...notices);
    found.steps.push(...ran);
    if (refusals.length > 0) return;
  }
}

/** The acceptance tests without and with the change, then the repository's own. */
async function test(deps: ProverDeps, { order, acceptance, found }: Proving): Promise<void> {
  found.witness = await callWitness(deps, order, acceptance);
  if (found.witness.refusals.length > 0 || found.witness.after?.passed !== true) return;
  found.regression = await runRegression(deps, order, acceptance);
}
