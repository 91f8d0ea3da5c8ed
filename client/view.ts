import type { ApprovalOutcome, ApprovalRequest, Refusal } from '../schemas/approvals.ts';
import type { PipelineResult, StageRecord, StageStatus } from '../schemas/runPipeline.ts';

export type RunStatus = 'running' | 'waiting' | 'passed' | 'failed' | 'cancelled';

/** One run as visibility knows it: cheap, and eventually consistent. Times are ISO 8601. */
export type RunSummary = {
  workflowId: string;
  runId: string;
  /** What a person types to mean this run. */
  shortId: string;
  flow: string;
  status: RunStatus;
  phase: string;
  repository: string;
  commit?: string;
  /** Ids of the approvals that wait. */
  awaiting: string[];
  startedAt: string;
  endedAt?: string;
};

/** A stage's record, with what its agent does at this moment. */
export type StageView = StageRecord & {
  /** The agent's last sign of life: what it does now. */
  doing?: string;
  /** Temporal's try of the step, 1 for the first; above 1 the step broke before, and `broke` says how. */
  attempt?: number;
  broke?: string;
  /** True while no worker has taken the step. */
  queued?: boolean;
};

/** One run in full; what `--json` of `show` and `run` prints. */
export type RunView = RunSummary & {
  requestedRef?: string;
  paused: boolean;
  stages: StageView[];
  requests: ApprovalRequest[];
  decisions: ApprovalOutcome[];
  /** Decisions that were not taken, and why; the newest 100. */
  refusals: Refusal[];
  notices: string[];
  errors: { at: string; step: string; type: string; message: string }[];
  /** Why the run ended before its stages could, by the catalogue's type. */
  failure?: { type: string; message: string };
  result?: PipelineResult;
  /** False while a live run does not answer: no worker serves it. */
  answered: boolean;
  link?: string;
};

/** True once nothing more will happen in the run. */
export function isOver(status: RunStatus): boolean {
  return status !== 'running' && status !== 'waiting';
}

const endings: ReadonlySet<StageStatus> = new Set(['passed', 'failed', 'skipped', 'cancelled']);

/** True once the stage has its outcome. */
export function hasEnded(stage: StageRecord): boolean {
  return endings.has(stage.status);
}
