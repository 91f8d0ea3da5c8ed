import type { ApprovalOutcome, ApprovalRequest, Refusal } from './approvals.ts';

/** Answer of the `state` query of every flow. Field names are the documented wire names (requirement O1). */
export type RunState<Phase extends string = string, Result = unknown> = {
  task_id: string;
  workflow_type: string;
  phase: Phase;
  current_step: string;
  subtasks: { id: string; agent: string; needs: string[] }[];
  subtask_status: Record<string, string>;
  agent_assignments: Record<string, string>;
  agent_status: Record<string, 'idle' | 'busy'>;
  locks: string[];
  /** Steps that are recorded and will not be done again, oldest first. */
  checkpoints: { step: string; at: string }[];
  partial_results: Record<string, unknown>;
  final_result: Result | null;
  started_at: string;
  updated_at: string;
  error_log: { at: string; step: string; type: string; message: string }[];
  awaiting: ApprovalRequest[];
  decisions: ApprovalOutcome[];
  /** Decisions that were not taken, and why; the newest 100. */
  refusals: Refusal[];
  paused: boolean;
};
