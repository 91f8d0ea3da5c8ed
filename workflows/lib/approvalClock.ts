import { condition } from '@temporalio/workflow';
import ms, { type StringValue } from 'ms';
import type { ApprovalRequest } from '../../schemas/approvals.ts';
import { type Progress, whenTimeIsOver } from './approvalVotes.ts';

// Each is a timer in the history; who did not answer a hundred of them will not answer the next.
const mostReminders = 100;

/**
 * Waits until the request has its outcome: reminds as often as the step says, and does what the step says when its time is over.
 * `changed` is called with what the clock made of the request.
 */
export async function untilDecided(entry: Progress, changed: (progress: Progress) => void): Promise<void> {
  while (entry.outcome === undefined) {
    const { step, escalated } = entry.request;
    const moved = () => entry.outcome !== undefined || entry.request.step !== step || entry.request.escalated !== escalated;
    const end = Date.parse(entry.request.deadline);
    const reminder = nextReminder(entry.request);
    const wait = Math.min(end, reminder) - Date.now();
    if (wait > 0 && (await condition(moved, wait))) continue;
    const { request } = entry;
    const progress = reminder < end ? { request: { ...request, reminders: request.reminders + 1 } } : whenTimeIsOver(request, now());
    changed(progress);
  }
}

/** When those who have not answered are reminded next; Infinity for never. */
function nextReminder({ steps, step, deadline, reminders }: ApprovalRequest): number {
  const { within, remindEvery } = steps[step] ?? {};
  if (within === undefined || remindEvery === undefined || reminders >= mostReminders) return Infinity;
  return Date.parse(deadline) - ms(within as StringValue) + (reminders + 1) * ms(remindEvery as StringValue);
}

function now(): string {
  return new Date().toISOString();
}
