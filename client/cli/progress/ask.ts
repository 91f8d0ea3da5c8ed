import type { Readable, Writable } from 'node:stream';
import { isCancel, select, text, type TextOptions } from '@clack/prompts';
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
  /** Where the person sits; default: the streams of this process. */
  streams?: { input: Readable; output: Writable };
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
export async function askPerson({ request, view, by, signal, interrupt, streams }: Question): Promise<Answer | undefined> {
  const kind = questionKind(view, request);
  const shared = { signal, ...streams };
  // Ctrl-C decides nothing, wherever in the question it comes.
  const ended = () => {
    if (!signal.aborted) interrupt();
    return undefined;
  };
  const chosen = await select<Choice>({ message: messageOf(kind, request, view), options: [...choices[kind]], ...shared });
  if (isCancel(chosen)) return ended();
  if (chosen === 'later') return undefined;
  if (chosen === 'grant') {
    const limits = await text({ message: 'How much more?', placeholder: 'steps=100,tokens=1M', validate: faultOfLimits, ...shared });
    return isCancel(limits) ? ended() : { grant: { ...parseLimits(limits), by } };
  }
  const wish = wishFor(kind, chosen);
  const comment = wish && (await text({ ...wish, ...shared }));
  if (isCancel(comment)) return ended();
  return { decision: { request: request.id, digest: request.digest, verdict: chosen, by, comment: comment?.trim() || undefined } };
}

/** What stands above the choice: a plan in full, anything else as the request says it. */
export function messageOf(kind: QuestionKind, request: ApprovalRequest, { feature }: Pick<RunView, 'feature'>): string {
  if (kind !== 'plan' || !feature?.todoList) return `Your decision is needed. ${requestLines(request).join('\n')}`;
  const [, ...rest] = requestLines({ ...request, effects: [] });
  return ['Is this the right plan?', ...planLines(feature.todoList), ...rest].join('\n');
}

/** What is asked besides the choice. */
function wishFor(kind: QuestionKind, chosen: 'approve' | 'reject'): Pick<TextOptions, 'message' | 'placeholder' | 'validate'> | undefined {
  if (chosen === 'reject') return { message: 'Why?', placeholder: 'optional' };
  if (kind !== 'escalation') return undefined;
  const validate = (given: string | undefined) => (given?.trim() ? undefined : 'write what to do, in your own words');
  return { message: 'What should be done?', placeholder: 'in your own words', validate };
}

function faultOfLimits(given: string | undefined): string | undefined {
  try {
    parseLimits(given ?? '');
    return undefined;
  } catch (error) {
    return failureMessage(error);
  }
}
