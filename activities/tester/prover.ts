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
import { type Found, summarise } from './proof/summary.ts';
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
  const found: Found = { commands, refusals: [], notices: [], startedAt: new Date().toISOString(), withhold: withholding(acceptance) };
  await look(deps, { order, acceptance, found, signal });
  const { report, proof } = summarise(order, found);
  return { ...proof, report: await deps.store.put(JSON.stringify(report, undefined, 1), 'application/json') };
}

type Looking = { order: ProofOrder; acceptance: Acceptance; found: Found; signal: AbortSignal };

/** Step by step, the cheap ones first; a step that finds something wrong is the last. */
async function look(deps: ProverDeps, { order, acceptance, found, signal }: Looking): Promise<void> {
  const { site, base, change, testTimeout: timeout, tests, allowed } = order;
  const source = sourceAt(site.source, change, base);
  const changed = await readChangedFiles(deps.sources, source, sourceAt(site.source, base));
  const guarded = { open: new Set(tests.flatMap(({ paths }) => paths)), hidden: new Set(tests.flatMap(({ hiddenPaths }) => hiddenPaths)) };
  const place: ProofPlace = { site, source, base, changed: changed.files.map(({ path }) => path), timeout };

  const steps = [
    () => refuseChangeApart({ changed, guarded, allowed }, signal),
    () => scanChange(deps, place),
    () => checkChange(deps, place),
  ];
  for (const step of steps) {
    const { refusals, notices } = await step();
    found.refusals.push(...refusals);
    found.notices.push(...notices);
    if (refusals.length > 0) return;
  }

  found.witness = await callWitness(deps, order, acceptance);
  if (found.witness.refusals.length > 0 || found.witness.after?.passed !== true) return;
  found.regression = await runRegression(deps, order, acceptance);
}
