import { isCancel, select, text } from '@clack/prompts';
import type { ApprovalRequest, Decision } from '../../../schemas/approvals.ts';
import { requestLines } from './requests.ts';

export type Question = {
  request: ApprovalRequest;
  by: string;
  /** Takes the question away: it was decided elsewhere. */
  signal: AbortSignal;
  /** Called for Ctrl-C, which the prompt takes as a key. */
  interrupt: () => void;
};

/** Asks in the terminal for one decision; undefined when the person puts it off, interrupts, or `signal` aborts. */
export async function askDecision({ request, by, signal, interrupt }: Question): Promise<Decision | undefined> {
  const verdict = await select({
    message: `Your decision is needed. ${requestLines(request).join('\n')}`,
    options: [
      { value: 'approve' as const, label: 'Approve' },
      { value: 'reject' as const, label: 'Reject' },
      { value: 'later' as const, label: 'Leave it waiting', hint: 'decide later with `mainstay approve`' },
    ],
    signal,
  });
  if (isCancel(verdict) && !signal.aborted) interrupt();
  if (isCancel(verdict) || verdict === 'later') return undefined;
  const comment = verdict === 'reject' ? await text({ message: 'Why?', placeholder: 'optional', signal }) : undefined;
  return {
    request: request.id,
    digest: request.digest,
    verdict,
    by,
    comment: typeof comment === 'string' && comment.trim() !== '' ? comment.trim() : undefined,
  };
}
