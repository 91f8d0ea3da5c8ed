import type { Evidence, FailureClass, Proof } from '../../schemas/debugFailure.ts';

export type Classified = { class: FailureClass; reason: string };

const mostNamed = 3;

/**
 * What kind of failure a proof shows (requirement V5), by evidence alone: tests that were ended by time, then tests that both pass and fail on one
 * commit, then code whose signatures are not the contract's or acceptance tests that ask for nothing new, else the code.
 */
export function classifyFailure(evidence: Evidence, proof: Proof): Classified {
  if (evidence.timedOut || proof.endedBy === 'timeout')
    return { class: 'timeout', reason: 'the tests were ended because their time was over' };
  if (evidence.flaky.length > 0) return { class: 'flaky_test', reason: `passes and fails on the same commit: ${someOf(evidence.flaky)}` };

  // A change that breaks a rule is the coder's to put right, whatever its signatures are.
  const broken = proof.refusals.filter(({ rule }) => rule !== 'no-witness');
  if (broken.length > 0)
    return { class: 'implementation_bug', reason: `refused: ${someOf(broken.map(({ rule, path }) => `${rule} ${path}`))}` };
  if (passedBefore(proof))
    return { class: 'spec_mismatch', reason: 'the acceptance tests pass without the change: they ask for nothing new' };
  if (evidence.mismatches.length > 0) {
    const names = evidence.mismatches.map((one) => `${one.interface} (contract: ${one.expected}; code: ${one.found})`);
    return { class: 'spec_mismatch', reason: `the code does not have the contract's shape: ${someOf(names)}` };
  }
  return { class: 'implementation_bug', reason: proof.verdict };
}

/** The prover names the whole change, `.`, when its tests passed without it; a test that did not run is named by its file. */
function passedBefore({ refusals }: Proof): boolean {
  return refusals.some(({ rule, path }) => rule === 'no-witness' && path === '.');
}

function someOf(names: readonly string[]): string {
  const rest = names.length - mostNamed;
  return `${names.slice(0, mostNamed).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
