import { z } from 'zod';
import { ApprovalOutcome, ApprovalRequest, Refusal } from '../../../schemas/approvals.ts';
import { TaskRecord } from '../../../schemas/buildFeature.ts';
import { Budget, Mind, Usage } from '../../../schemas/mind.ts';
import { StageRecord } from '../../../schemas/runPipeline.ts';
import { Source } from '../../../schemas/source.ts';
import { TodoList } from '../../../schemas/todoList.ts';

// Answers are sent as they are, so these shapes never lose a field; they are what the document promises and what the type checker compares.

/** A run as `GET /runs` lists it. */
export const RunSummaryAnswer = z.object({
  workflowId: z.string(),
  runId: z.string(),
  shortId: z.string(),
  flow: z.string(),
  status: z.enum(['running', 'waiting', 'passed', 'failed', 'cancelled']),
  phase: z.string(),
  repository: z.string(),
  commit: z.string().optional(),
  awaiting: z.array(z.string()),
  startedAt: z.string(),
  endedAt: z.string().optional(),
});

const doing = {
  doing: z.string().optional(),
  attempt: z.number().int().optional(),
  broke: z.string().optional(),
  queued: z.boolean().optional(),
};
/** A task of a build with what its agent does at this moment. */
export const TaskAnswer = TaskRecord.extend({ ...doing, headline: z.string().optional() });
/** A failure by the catalogue's type. */
const FailureAnswer = z.object({ type: z.string(), message: z.string() });
/** An entry of a run's log of errors. */
export const ErrorEntry = FailureAnswer.extend({ at: z.string(), step: z.string() });

/** A run in full. `stages` are a pipeline's, `tasks` and `feature` the develop flow's; `result` is what the flow answered at its end. */
export const RunViewAnswer = RunSummaryAnswer.extend({
  requestedRef: z.string().optional(),
  paused: z.boolean(),
  stages: z.array(StageRecord.extend(doing)),
  tasks: z.array(TaskAnswer),
  feature: z
    .looseObject({
      todoList: TodoList.optional(),
      mind: Mind.optional(),
      source: Source.optional(),
      created: z.boolean(),
      budget: Budget.optional(),
      usage: Usage,
      workedMs: z.number(),
      parkedUntil: z.string().optional(),
      branch: z.string().optional(),
      pullRequest: z.object({ number: z.number(), url: z.string() }).optional(),
    })
    .optional(),
  requests: z.array(ApprovalRequest),
  decisions: z.array(ApprovalOutcome),
  refusals: z.array(Refusal),
  notices: z.array(z.string()),
  errors: z.array(ErrorEntry),
  failure: FailureAnswer.optional(),
  result: z.unknown().optional(),
  answered: z.boolean(),
  link: z.string().optional(),
});

/** A run by its ids. */
export const RunIds = z.object({ workflowId: z.string(), runId: z.string() });
export const StartedAnswer = RunIds.extend({ joined: z.boolean(), commit: z.string(), slug: z.string() });
export const WaitingAnswer = RunIds.extend({ shortId: z.string(), repository: z.string(), request: ApprovalRequest });
/** What became of a decision; `waitsFor` says who is asked still. */
export const DecisionAnswer = RunIds.extend({ request: z.string(), granted: z.boolean(), waitsFor: z.string().optional() });
