import { condition, setHandler } from '@temporalio/workflow';
import type { Decision } from '../../../schemas/approvals.ts';
import { failure } from '../../../schemas/failures.ts';
import { decideUpdate } from '../../../workflows/messages.ts';

export type Asked = { request: string; digest: string; slowMs?: number; waitsFor?: string };

/** Waits for one decision, refuses a second and one about something else, and answers the first. */
export async function waitForDecision({ request, digest, slowMs = 0, waitsFor }: Asked): Promise<Decision> {
  const taken: { decision?: Decision } = {};
  setHandler(
    decideUpdate,
    async (decision: Decision) => {
      taken.decision = decision;
      if (slowMs > 0) await condition(() => false, slowMs);
      return { granted: waitsFor === undefined && decision.verdict === 'approve', waitsFor };
    },
    {
      validator(decision: Decision) {
        if (decision.request !== request || decision.digest !== digest)
          throw failure('DecisionRefused', 'it asks for something else by now');
        if (taken.decision) throw failure('DecisionRefused', `it was decided by ${taken.decision.by}`);
      },
    },
  );
  await condition(() => taken.decision !== undefined);
  // The run goes on for a while, as a real one does.
  await condition(() => false, '2 minutes');
  return taken.decision ?? { verdict: 'reject', by: 'nobody' };
}
