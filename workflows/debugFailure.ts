import type { DebugFailureRequest, DebugFailureResult } from '../schemas/debugFailure.ts';
import { DebugWork } from './lib/debugWork.ts';
import { pauseSwitch } from './lib/pause.ts';
import { repairs } from './lib/repairs.ts';
import { trackState } from './lib/state.ts';

/**
 * A debug branch beside a task whose tests failed: find out by evidence what kind of failure it is, let the right agent repair it, run the parent's
 * tests again; until they pass, the attempts or the budget are used up, or the same failure comes back although nothing was changed.
 */
export async function debugFailure(request: DebugFailureRequest): Promise<DebugFailureResult> {
  const work = new DebugWork(request, pauseSwitch());
  trackState<string, DebugFailureResult>('debugging', () => work.view);

  for (let number = 1; number <= request.branch.max_debug_attempts; number++) {
    await work.control.whenResumed();
    const limit = work.account.exhausted;
    if (limit) return work.ended('budget', `the budget of ${limit} is used up`);

    const failure = await work.diagnose();
    if (work.comesBack(failure))
      return work.ended('escalated', `the same failure came back and nothing was changed: ${work.proof.verdict}`);
    work.begin(number, failure);

    const coded = await repairs[failure.class](work, failure);
    if (coded === 'budget') return work.ended('budget', 'the budget is used up');
    if (work.proof.accepted) return work.ended('fixed', work.proof.verdict);
  }
  return work.ended('escalated', `${request.branch.max_debug_attempts} attempts did not repair it: ${work.proof.verdict}`);
}
