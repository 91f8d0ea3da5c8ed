import { isCancel, select, text } from '@clack/prompts';
import type { ApprovalRequest, Decision } from '../../../schemas/approvals.ts';
import { plainLine } from '../../../schemas/plainText.ts';

/** Asks in the terminal for one decision; undefined when the person puts it off (Ctrl-C), or `signal` says that it was decided elsewhere. */
export async function askDecision(request: ApprovalRequest, by: string, signal: AbortSignal): Promise<Decision | undefined> {
  const effects = request.effects.map((effect) => `  ${plainLine(effect)}`).join('\n');
  const verdict = await select({
    message: `${plainLine(request.id)} needs your decision. It would:\n${effects}\n  (commit ${request.commit.slice(0, 7)}, until ${request.deadline})`,
    options: [
      { value: 'approve' as const, label: 'Approve' },
      { value: 'reject' as const, label: 'Reject' },
      { value: 'later' as const, label: 'Leave it waiting', hint: 'decide later with `mainstay approve`' },
    ],
    signal,
  });
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
