import { Contract } from '../../schemas/contract.ts';
import type { Evidence } from '../../schemas/debugFailure.ts';
import { failure } from '../../schemas/failures.ts';
import type { BlobRef } from '../../schemas/nouns.ts';
import type { Debugger } from '../developContracts.ts';
import { sourceAt } from '../lib/generated/commits.ts';
import { whileHeartbeating } from '../lib/heartbeats.ts';
import type { ArtifactStore } from '../lib/workbench.ts';
import { readChangedFiles } from '../lib/proof/changedFiles.ts';
import { readAcceptance } from '../lib/proof/acceptance.ts';
import type { DebuggerDeps } from './deps.ts';
import { diagnosticsOf } from './diagnostics.ts';
import { type CodeQuestion, readCodeApart } from './readCode.ts';
import { type DiagnoseOrder, tryAgain } from './tryAgain.ts';

/** Finds out about failed proofs by running and reading; what kind of failure it is, is decided elsewhere. */
export function createDebugger(deps: DebuggerDeps): Debugger {
  return { diagnoseFailure: (order) => whileHeartbeating((signal) => diagnose(deps, order, signal)) };
}

async function diagnose(deps: DebuggerDeps, order: DiagnoseOrder, signal: AbortSignal): Promise<Evidence> {
  const { proof, tests } = order;
  const acceptance = await readAcceptance(deps.store, [tests]);
  const { mismatches, missing, meaningful } = await readCodeApart(await questionOf(deps, order), signal);
  const { flaky, log } = await tryAgain(deps, order, acceptance);
  return {
    timedOut: proof.endedBy === 'timeout',
    flaky,
    mismatches,
    ...(meaningful === undefined ? {} : { meaningful }),
    diagnostics: diagnosticsOf({ proof, commands: acceptance.commands, missing, flaky, log }),
  };
}

async function questionOf({ store, sources }: DebuggerDeps, { site, change, contract, earlier }: DiagnoseOrder): Promise<CodeQuestion> {
  const source = sourceAt(site.source, change);
  const known = await readContract(store, contract);
  const tree = await sources.tree(source);
  const texts = new Map<string, string>();
  for (const path of new Set(known.interfaces.map(({ module }) => module))) {
    const text = await tree.read(path);
    if (text !== undefined) texts.set(path, text);
  }
  const since = earlier && (await readChangedFiles(sources, source, sourceAt(site.source, earlier))).files;
  return { contract: { interfaces: known.interfaces }, texts, ...(since ? { since } : {}) };
}

async function readContract(store: ArtifactStore, ref: BlobRef): Promise<Contract> {
  const contract = Contract.safeParse(parsed(Buffer.from(await store.get(ref)).toString('utf8')));
  if (contract.success) return contract.data;
  throw failure(
    'InvalidInput',
    `sha256:${ref.sha256} is no contract (${contract.error.issues[0]?.message}): have the architect design it again`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
