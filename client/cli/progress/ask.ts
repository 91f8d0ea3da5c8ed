import { isCancel, select, text } from '@clack/prompts';
import type { ApprovalRequest, Decision } from '../../../schemas/approvals.ts';
import { failureMessage } from '../../../schemas/failures.ts';
import type { BudgetGrant } from '../../../schemas/mind.ts';
import { type QuestionKind, questionKind } from '../../questions.ts';
import type { RunView } from '../../view.ts';
import { parseLimits } from '../limits.ts';
import { planLines } from './plan.ts';
import { requestLines } from './requests.ts';

export type Question = {
  request: ApprovalRequest;
  view: RunView;
  by: string;
  /** Takes the question away: it was decided elsewhere. */
  signal: AbortSignal;
  /** Called for Ctrl-C, which the prompt takes as a key. */
  interrupt: () => void;
};

/** A decision, or for a budget that is used up: how much more. */
export type Answer = { decision: Decision } | { grant: Partial<BudgetGrant> & { by: string } };

type Choice = 'approve' | 'reject' | 'grant' | 'later';
const later = { value: 'later', label: 'Leave it waiting', hint: 'decide later with `mainstay approve`' } as const;
const plain = [{ value: 'approve', label: 'Approve' }, { value: 'reject', label: 'Reject' }, later] as const;
const choices = {
  plan: plain,
  task: plain,
  other: plain,
  escalation: [{ value: 'approve', label: 'Give an instruction' }, { value: 'reject', label: 'Give the task up' }, later],
  budget: [
    { value: 'grant', label: 'Grant more' },
    { value: 'approve', label: 'Half of the first budget once more' },
    { value: 'reject', label: 'End the task here' },
    later,
  ],
} as const satisfies Record<QuestionKind, readonly { value: Choice; label: string; hint?: string }[]>;

/** Asks in the terminal for one answer; undefined when the person puts it off, interrupts, or `signal` aborts. */
export async function askPerson({ request, view, by, signal, interrupt }: Question): Promise<Answer | undefined> {
  const kind = questionKind(view, request);
  const chosen = await select<Choice>({ message: messageOf(kind, request, view), options: [...choices[kind]], signal });
  if (isCancel(chosen) && !signal.aborted) interrupt();
  if (isCancel(chosen) || chosen === 'later') return undefined;
  if (chosen === 'grant') {
    const limits = await text({ message: 'How much more?', placeholder: 'steps=100,tokens=1M', validate: faultOfLimits, signal });
    return isCancel(limits) ? undefined : { grant: { ...parseLimits(limits), by } };
  }
  const comment = await commentFor(kind, chosen, signal);
  // Without its instruction an approval would say less than the person meant.
  if (isCancel(comment) && kind === 'escalation') return undefined;
  const words = typeof comment === 'string' && comment.trim() !== '' ? comment.trim() : undefined;
  return { decision: { request: request.id, digest: request.digest, verdict: chosen, by, comment: words } };
}

/** What stands above the choice: a plan in full, anything else as the request says it. */
export function messageOf(kind: QuestionKind, request: ApprovalRequest, { feature }: Pick<RunView, 'feature'>): string {
  if (kind !== 'plan' || !feature?.todoList) return `Your decision is needed. ${requestLines(request).join('\n')}`;
  const [, ...rest] = requestLines({ ...request, effects: [] });
  return ['Is this the right plan?', ...planLines(feature.todoList), ...rest].join('\n');
}

async function commentFor(kind: QuestionKind, chosen: 'approve' | 'reject', signal: AbortSignal): Promise<string | symbol | undefined> {
  if (kind === 'escalation' && chosen === 'approve') {
    const validate = (given: string | undefined) => (given?.trim() ? undefined : 'write what to do, in your own words');
    return await text({ message: 'What should be done?', placeholder: 'in your own words', validate, signal });
  }
  return chosen === 'reject' ? await text({ message: 'Why?', placeholder: 'optional', signal }) : undefined;
}

function faultOfLimits(given: string | undefined): string | undefined {
  try {
    parseLimits(given ?? '');
    return undefined;
  } catch (error) {
    return failureMessage(error);
  }
}
