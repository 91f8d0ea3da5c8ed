import { z } from 'zod';
import { ApprovalOutcome, Refusal } from './approvals.ts';
import { AcceptanceTests, DebugAttempt, Proof } from './debugFailure.ts';
import { GitHubPlace } from './github.ts';
import { Budget, codingPrograms, Change, Mind, Usage } from './mind.ts';
import { BlobRef, CommitSha, Duration, IsolationChoice } from './nouns.ts';
import { ProjectFile } from './projectFile.ts';
import { Source } from './source.ts';
import { BranchTodo, TodoList } from './todoList.ts';

const words = z
  .string('say what to build, in one or more sentences')
  .trim()
  .min(3, 'say what to build, in one or more sentences')
  .max(20_000);

/** Input of `planFeature`: only `request` is needed. */
export const PlanFeatureRequest = z.strictObject({
  request: words,
  /** A path on the worker's machine, or a `file://` or `https://` URL. Absent: a new repository under `MAINSTAY_HOME/projects`. */
  repository: z.string().min(1).optional(),
  ref: z.string().min(1).default('HEAD'),
  /** The commit that `ref` meant when the run was asked for. */
  commit: CommitSha.optional(),
  /** `auto`: the template that understands the request, else the model. */
  mind: z.enum(['auto', 'template', 'model', 'program']).default('auto'),
  /** The coding program of `mind: program`. */
  program: z.enum(codingPrograms).optional(),
  trusted: z.boolean().default(false),
  /** Longest silence of a working agent before its step is given to another worker. */
  heartbeatTimeout: Duration.default('30 seconds'),
  /** Longest time that a step waits for a worker that serves its queue. */
  workerWait: Duration.default('1 day'),
  /** Longest that a provider's rate limit may park one question. */
  modelWait: Duration.default('1 day'),
  requestedBy: z.string().optional(),
  correlation: z.string().optional(),
});
export type PlanFeatureRequest = z.infer<typeof PlanFeatureRequest>;

/** Input of `buildFeature`. */
export const BuildFeatureRequest = PlanFeatureRequest.extend({
  /** A plan made before; absent: the planner makes one. */
  todoList: TodoList.optional(),
  /** `full`: nobody is asked. `supervised`: the plan waits for a person. `manual`: the plan, and every finished task. */
  autonomy: z.enum(['full', 'supervised', 'manual']).default('supervised'),
  /** Who agreed in advance to every question of this run (`--yes`). */
  approvedBy: z.string().optional(),
  decideWithin: Duration.default('1 day'),
  onApprovalTimeout: z.enum(['reject', 'approve']).default('reject'),
  budget: Budget.prefault({}),
  maxDebugAttempts: z.number().int().min(0).max(20).default(3),
  /** Tasks that are worked on at the same time. */
  maxParallel: z.number().int().min(1).max(20).default(2),
  /** Longest run of a task's tests, and of one command of an agent. */
  testTimeout: Duration.default('5 minutes'),
  commandTimeout: Duration.default('5 minutes'),
  isolation: IsolationChoice.default('auto'),
  /** Where the pull request is opened; absent: nowhere. */
  github: GitHubPlace.optional(),
  /** Branches are pushed to the repository when they are finished; false: they stay in the store. */
  publish: z.boolean().default(true),
});
export type BuildFeatureRequest = z.infer<typeof BuildFeatureRequest>;
export type BuildFeatureInput = z.input<typeof BuildFeatureRequest>;

/** A repository ready to be worked on. */
export const FeatureGround = z.object({
  source: Source,
  rules: ProjectFile,
  /** True when the repository was made for this run. */
  created: z.boolean(),
  notices: z.array(z.string()),
});
export type FeatureGround = z.infer<typeof FeatureGround>;

/** A plan with who will carry it out. */
export const FeaturePlan = z.object({ todoList: TodoList, mind: Mind });
export type FeaturePlan = z.infer<typeof FeaturePlan>;

/** Result of `planFeature`. */
export const PlanFeatureResult = FeaturePlan.extend({ ground: FeatureGround, usage: Usage });
export type PlanFeatureResult = z.infer<typeof PlanFeatureResult>;

export const buildPhases = [
  'planning',
  'awaitingApproval',
  'building',
  'outOfBudget',
  'verifying',
  'publishing',
  'passed',
  'failed',
  'cancelled',
] as const;
export type BuildPhase = (typeof buildPhases)[number];

export const taskPhases = [
  'pending',
  'designing',
  'writingTests',
  'coding',
  'testing',
  'debugging',
  'escalated',
  'awaitingApproval',
  'outOfBudget',
  'merging',
  'accepted',
  'failed',
  'skipped',
  'cancelled',
] as const;
export type TaskPhase = (typeof taskPhases)[number];

/** How far one task is, and how it ended. Stands in `partial_results` by the task's id. */
export const TaskRecord = z.object({
  id: z.string(),
  title: z.string(),
  needs: z.array(z.string()),
  phase: z.enum(taskPhases),
  /** Why it failed, was skipped, or waits. */
  reason: z.string().optional(),
  /** Until when a rate limit parks it, ISO 8601. */
  parkedUntil: z.string().optional(),
  base: Change.optional(),
  change: Change.optional(),
  contract: BlobRef.optional(),
  tests: AcceptanceTests.optional(),
  proof: Proof.optional(),
  /** Branch of the repository where the work stands. */
  branch: z.string().optional(),
  debug: z.array(z.object({ todo: BranchTodo, attempts: z.array(DebugAttempt) })),
  usage: Usage,
  workedMs: z.number(),
  startedAt: z.string().optional(),
  endedAt: z.string().optional(),
});
export type TaskRecord = z.infer<typeof TaskRecord>;

/** Result of `buildFeature`. */
export const BuildFeatureResult = z.object({
  status: z.enum(['passed', 'failed', 'cancelled']),
  todoList: TodoList.optional(),
  source: Source.optional(),
  mind: Mind.optional(),
  tasks: z.array(TaskRecord),
  /** The merged result and the branch that holds it. */
  result: Change.optional(),
  branch: z.string().optional(),
  /** Proof of the merged result: all acceptance tests together. */
  proof: Proof.optional(),
  pullRequest: z.object({ number: z.number(), url: z.string() }).optional(),
  /** What a template makes of the finished work, for example a backtest: files in the store. */
  exhibits: z.array(z.object({ name: z.string(), blob: BlobRef })),
  usage: Usage,
  budget: Budget,
  notices: z.array(z.string()),
  decisions: z.array(ApprovalOutcome),
  refusals: z.array(Refusal),
  failure: z.object({ type: z.string(), message: z.string() }).optional(),
  report: z.object({ markdown: BlobRef, json: BlobRef }).optional(),
});
export type BuildFeatureResult = z.infer<typeof BuildFeatureResult>;

/** A task's result that somebody else made: a branch or commit of the repository. It is proved like any other. */
export const SubmittedResult = z.strictObject({
  task_id: z.string().min(1).max(100),
  /** Branch, tag or commit of the repository. */
  ref: z.string().min(1).max(300),
  by: z.string().min(1).max(200),
});
export type SubmittedResult = z.infer<typeof SubmittedResult>;
