import type { ApprovalOutcome, ApprovalRequest, Refusal } from '../schemas/approvals.ts';
import type { AgentTaskResult } from '../schemas/agentTask.ts';
import type { BuildFeatureResult, PlanFeatureResult, TaskPhase, TaskRecord } from '../schemas/buildFeature.ts';
import type { Budget, Mind, Usage } from '../schemas/mind.ts';
import type { PipelineResult, StageRecord, StageStatus } from '../schemas/runPipeline.ts';
import type { Source } from '../schemas/source.ts';
import type { TodoList } from '../schemas/todoList.ts';

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

/** The step that is under way for a stage or a task. */
type Doing = {
  /** The agent's last sign of life: what it does now. */
  doing?: string;
  /** Temporal's try of the step, 1 for the first; above 1 the step broke before, and `broke` says how. */
  attempt?: number;
  broke?: string;
  /** True while no worker has taken the step. */
  queued?: boolean;
};

/** A stage's record, with what its agent does at this moment. */
export type StageView = StageRecord & Doing;

/** A task of a build, with what its agent does at this moment. `headline`: the last thing that its loop or its debug branch said. */
export type TaskView = TaskRecord & Doing & { headline?: string };

/** What a plan or a build knows besides its tasks; the same while it lives and afterwards. */
export type FeatureView = Partial<Pick<BuildFeatureResult, 'branch' | 'proof' | 'pullRequest' | 'report'>> & {
  todoList?: TodoList;
  mind?: Mind;
  source?: Source;
  /** True when the run makes the repository, or made it. */
  created: boolean;
  budget?: Budget;
  usage: Usage;
  /** Milliseconds of agents' work, without waiting for people and rate limits. */
  workedMs: number;
  /** Until when a rate limit parks the planner, ISO 8601. */
  parkedUntil?: string;
  exhibits: BuildFeatureResult['exhibits'];
};

/** One run in full; what `--json` of `show` and `run` prints. */
export type RunView = RunSummary & {
  requestedRef?: string;
  paused: boolean;
  stages: StageView[];
  /** Tasks of a build; none of any other run. */
  tasks: TaskView[];
  /** Of a plan or a build. */
  feature?: FeatureView;
  requests: ApprovalRequest[];
  decisions: ApprovalOutcome[];
  /** Decisions that were not taken, and why; the newest 100. */
  refusals: Refusal[];
  notices: string[];
  errors: { at: string; step: string; type: string; message: string }[];
  /** Why the run ended before its stages could, by the catalogue's type. */
  failure?: { type: string; message: string };
  /** What the flow answered at its end. */
  result?: PipelineResult | BuildFeatureResult | PlanFeatureResult | AgentTaskResult;
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

const taskEndings: ReadonlySet<TaskPhase> = new Set(['accepted', 'failed', 'skipped', 'cancelled']);

/** True once the task has its outcome. */
export function taskHasEnded({ phase }: TaskRecord): boolean {
  return taskEndings.has(phase);
}
