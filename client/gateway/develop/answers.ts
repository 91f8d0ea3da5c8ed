import { z } from 'zod';
import { ApprovalOutcome, ApprovalRequest, Refusal } from '../../../schemas/approvals.ts';
import { DebugAttempt } from '../../../schemas/debugFailure.ts';
import { Budget, Usage } from '../../../schemas/mind.ts';
import { BranchTodo, TodoList } from '../../../schemas/todoList.ts';
import { ErrorEntry, RunSummaryAnswer, TaskAnswer } from '../api/answers.ts';

const PlanIds = z.object({ todo_list_id: z.string() });
/** A plan that is still being made; `parked_until` is when a provider's rate limit lets it go on. */
export const PlanningAnswer = PlanIds.extend({ status: z.literal('planning') });
export const PlannedAnswer = PlanIds.extend({ todo_list: TodoList });

/** A run of the develop flow by its ids. `joined`: it was there before, and still works. */
export const WorkIds = z.object({ workflow_id: z.string(), run_id: z.string() });
export const WorkStarted = WorkIds.extend({ joined: z.boolean() });

/** State of a run in the documented shape. */
const State = z.object({
  task_id: z.string(),
  workflow_type: z.string(),
  phase: z.string(),
  current_step: z.string(),
  subtasks: z.array(z.object({ id: z.string(), agent: z.string(), needs: z.array(z.string()) })),
  subtask_status: z.record(z.string(), z.string()),
  agent_assignments: z.record(z.string(), z.string()),
  agent_status: z.record(z.string(), z.enum(['idle', 'busy'])),
  locks: z.array(z.string()),
  checkpoints: z.array(z.object({ step: z.string(), at: z.string() })),
  partial_results: z.record(z.string(), z.unknown()),
  final_result: z.unknown(),
  started_at: z.string(),
  updated_at: z.string(),
  error_log: z.array(ErrorEntry),
  awaiting: z.array(ApprovalRequest),
  decisions: z.array(ApprovalOutcome),
  refusals: z.array(Refusal),
  paused: z.boolean(),
});

/** A build: its state, and what people look for in it by name. */
export const BuildStateAnswer = State.extend({
  ...WorkIds.shape,
  status: RunSummaryAnswer.shape.status,
  tasks: z.array(TaskAnswer),
  /** Todos that failed acceptance tests opened, with what was tried. */
  debug_branches: z.array(BranchTodo.extend({ attempts: z.array(DebugAttempt) })),
  budget: z.object({ limits: Budget.optional(), usage: Usage, worked_ms: z.number() }),
});
export type BuildStateAnswer = z.infer<typeof BuildStateAnswer>;

/** How one agent's queue is served at this moment. */
export const AgentAnswer = z.object({
  role: z.string(),
  queue: z.string(),
  served: z.boolean(),
  pollers: z.number().int(),
  running: z.number().int(),
  backlog: z.number().int().nullable(),
});
