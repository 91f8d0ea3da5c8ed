import { createHash } from 'node:crypto';
import { type Client, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import type { ButtonValue } from '../../../activities/report/slack/button.ts';
import { failureMessage } from '../../../schemas/failures.ts';
import { decideUpdate } from '../../../workflows/messages.ts';
import type { Click } from './payload.ts';

/** What became of a click, and what the person is told. */
export type ClickOutcome = { outcome: 'taken' | 'refused' | 'unanswered'; text: string };

// An update waits for a worker; a person should learn soon that none serves the run.
const answerWithinMs = 15_000;
const done: Readonly<Record<ButtonValue['v'], string>> = { approve: 'approval', reject: 'rejection' };

/**
 * Gives the decision of a click to its run. Slack's repetition of one click is the same update, which Temporal answers again; a second click is
 * another one, which the run refuses. Never throws.
 */
export async function decideByClick(client: Client, { id, user, button }: Click): Promise<ClickOutcome> {
  if (!button)
    return {
      outcome: 'refused',
      text: 'This button is of another version of Mainstay; decide with `mainstay approve` or `mainstay reject`.',
    };
  const { w, r, q, d, v } = button;
  const handle = client.workflow.getHandle(w, r);
  const decision = { request: q, digest: d, verdict: v, by: `slack:${user}` };
  const updateId = `slack-${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
  try {
    const update = () => handle.executeUpdate(decideUpdate, { updateId, args: [decision] });
    const { waitsFor } = await client.withDeadline(Date.now() + answerWithinMs, update);
    const asked = waitsFor === undefined ? '' : ` Still asked: ${waitsFor}.`;
    return { outcome: 'taken', text: `Your ${done[v]} of ${q} was taken.${asked}` };
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) return refusal(failureMessage(error));
    if (error instanceof WorkflowNotFoundError) return refusal('the run has ended');
    const text = `Your ${done[v]} of ${q} may not have been taken: the run does not answer. Look at the message in a minute, and click again if it still asks.`;
    return { outcome: 'unanswered', text };
  }
}

function refusal(reason: string): ClickOutcome {
  return { outcome: 'refused', text: `Your decision was not taken: ${reason}` };
}
