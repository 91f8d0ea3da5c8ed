import type { ApprovalRequest } from '../schemas/approvals.ts';
import type { RunSummary } from './view.ts';

/**
 * What a question is about. `escalation`: a debug branch needs an instruction, which is the comment of an approval. `budget`: a limit is reached; a
 * grant answers it, or an approval, which adds half of the first budget. Both need a person's own word: no agreement in advance answers them.
 */
export type QuestionKind = 'plan' | 'task' | 'escalation' | 'budget' | 'other';

/** Tells by the request's id, `<subject>/<number of times asked>`; only builds ask about more than effects. */
export function questionKind({ flow }: Pick<RunSummary, 'flow'>, { id }: Pick<ApprovalRequest, 'id'>): QuestionKind {
  if (flow !== 'buildFeature') return 'other';
  const kind = /^(plan|task|escalation|budget)(?:-[^/]+)?\/\d+$/.exec(id)?.[1];
  return (kind as QuestionKind | undefined) ?? 'other';
}
