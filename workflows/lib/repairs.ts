import ms, { type StringValue } from 'ms';
import type { FailureClass } from '../../schemas/debugFailure.ts';
import type { DebugWork, Diagnosed } from './debugWork.ts';
import { developAgents } from './developAgents.ts';
import { effectKey } from './stageTask.ts';
import { think } from './think.ts';

type Repair = (work: DebugWork, failure: Diagnosed) => Promise<'budget' | 'done'>;

// What was flaky once must pass three times, one after the other.
const flakyTimes = 3;

/** Who repairs what (requirement V5); after each the parent's tests have run again. */
export const repairs: Record<FailureClass, Repair> = {
  implementation_bug: (work, failure) => work.repairCode(instructionOf(work, failure)),

  async spec_mismatch(work, failure) {
    const before = work.contract;
    await writeContractAnew(work, failure);
    // The architect stands by the contract: then the code must follow it.
    if (work.contract.sha256 === before.sha256) return await work.repairCode(instructionOf(work, failure));
    await work.prove();
    return 'done';
  },

  async timeout(work) {
    await work.prove({ testTimeout: `${2 * ms(work.request.testTimeout as StringValue)} ms` });
    return 'done';
  },

  async flaky_test(work) {
    await work.prove({ times: flakyTimes });
    return 'done';
  },
};

async function writeContractAnew(work: DebugWork, { reason, evidence }: Diagnosed): Promise<void> {
  const { site, mind, todo, modelWait } = work.request;
  const { architect, tester } = developAgents(work.request);
  const patience = { parked: work.parked, within: modelWait };
  const found = evidence.mismatches.map(
    (mismatch) => `${mismatch.interface}: the contract says ${mismatch.expected}, the code is ${mismatch.found}`,
  );
  const instruction = [reason, ...found].join('\n');

  const designing = { site, mind, todo, start: work.base, earlier: work.contract, instruction, key: effectKey(work.step('contract')) };
  const designed = await think(() => architect.designContract(designing), patience);
  work.account.settle(undefined, designed.usage, 0);
  work.contract = designed.value.contract;
  if (work.contract.sha256 === designing.earlier.sha256) return;

  // The same question once for both sides: the answer is kept, so the second costs nothing and brings the same files.
  const writing = { site, mind, todo, contract: work.contract, instruction, key: effectKey(work.step('tests')) };
  const onBase = await think(() => tester.writeTests({ ...writing, start: work.base }), patience);
  const onChange = await think(() => tester.writeTests({ ...writing, start: work.change }), patience);
  work.account.settle(undefined, onBase.usage, 0);
  work.tests = onBase.value.tests;
  work.base = onBase.value.change;
  work.change = onChange.value.change;
}

function instructionOf({ request, proof }: DebugWork, { class: kind, reason, evidence }: Diagnosed): string {
  const refusals = proof.refusals.map(({ rule, path, message }) => `- ${rule} ${path}: ${message}`);
  return [
    request.branch.debug_instructions,
    `What was found: ${kind} (${reason}). ${proof.verdict}`,
    ...(refusals.length > 0 ? ['The change was refused because of:', ...refusals] : []),
    evidence.diagnostics,
  ].join('\n\n');
}
