import { z } from 'zod';
import { ApprovalOutcome } from './approvals.ts';
import { Release } from './deploy.ts';
import { BlobRef, CommitSha, Duration, IsolationChoice } from './nouns.ts';
import { PipelineFile } from './pipelineFile.ts';
import { ProjectFile } from './projectFile.ts';
import { Source } from './source.ts';
import { Stage, StageResult } from './stage.ts';

/** Input of `runPipeline`. Only `repository` is needed; the same JSON works from the bare Temporal CLI. */
export const PipelineRequest = z.strictObject({
  /** A path on the worker's machine, or a `file://` or `https://` URL. */
  repository: z.string('name a path, or a file:// or https:// URL').min(1, 'name a path, or a file:// or https:// URL'),
  ref: z.string().min(1).default('HEAD'),
  /** The commit that `ref` meant when the run was asked for; absent: what it means when the run starts. `ref` then only names the branch. */
  commit: CommitSha.optional(),
  /** Ref that changes are compared with; default: where the ref left the default branch, else the parent commit. */
  base: z.string().min(1).optional(),
  /** Takes the place of the repository's own pipeline file. */
  pipeline: PipelineFile.optional(),
  /** Run only these stages and what they need. */
  stages: z.array(z.string()).optional(),
  /** Stages (and all that need them) whose kept results must not be reused: what `rerun --from` sets. */
  fresh: z.array(z.string()).default([]),
  reuse: z.boolean().default(true),
  isolation: IsolationChoice.default('auto'),
  /** The person who asks vouches for the repository's code: it may run as a plain process when nothing better is there. */
  trusted: z.boolean().default(false),
  /** Who agreed in advance to every approval of this run (`--yes`); absent: approvals are asked. */
  approvedBy: z.string().optional(),
  decideWithin: Duration.default('1 day'),
  /** What an approval that nobody gave in time becomes. */
  onApprovalTimeout: z.enum(['reject', 'approve']).default('reject'),
  /** Longest silence of a working agent before its step is given to another worker. */
  heartbeatTimeout: Duration.default('30 seconds'),
  /** Longest time that a step waits for a worker that serves its queue. */
  workerWait: Duration.default('1 day'),
  requestedBy: z.string().optional(),
  correlation: z.string().optional(),
});
export type PipelineRequest = z.infer<typeof PipelineRequest>;
export type PipelineRequestInput = z.input<typeof PipelineRequest>;

/** A pipeline with every default filled in, as the run follows it. */
export const PipelinePlan = z.object({
  source: Source,
  stages: z.array(Stage),
  /** Where it came from: the file's path, `request`, or `proposed` when the repository has none. */
  origin: z.string(),
  /** SHA-256 of the resolved configuration (stages and project rules), hex. */
  hash: z.string(),
  notices: z.array(z.string()),
  notifyOnSuccess: z.boolean(),
  rules: ProjectFile,
});
export type PipelinePlan = z.infer<typeof PipelinePlan>;

export type PipelinePhase = 'planning' | 'running' | 'awaitingApproval' | 'paused' | 'reporting' | 'passed' | 'failed' | 'cancelled';

export const stageStatuses = ['pending', 'awaitingApproval', 'running', 'passed', 'failed', 'skipped', 'cancelled'] as const;
export type StageStatus = (typeof stageStatuses)[number];

/** How far a stage is, and how it ended. */
export const StageRecord = z.object({
  id: z.string(),
  agent: z.string(),
  needs: z.array(z.string()),
  status: z.enum(stageStatuses),
  /** Why it was skipped, cancelled or failed. */
  reason: z.string().optional(),
  allowFailure: z.boolean(),
  /** Skipped on purpose (its paths did not change, its condition does not hold): holds up nobody. */
  leftOut: z.boolean(),
  /** Tries after bad outcomes, the first included. */
  iteration: z.number().int(),
  result: StageResult.optional(),
  release: Release.optional(),
  /** The catalogue's failure that broke the stage, as against a bad outcome. */
  failure: z.object({ type: z.string(), message: z.string() }).optional(),
  startedAt: z.string().optional(),
  endedAt: z.string().optional(),
});
export type StageRecord = z.infer<typeof StageRecord>;

/** Result of `runPipeline`. */
export const PipelineResult = z.object({
  status: z.enum(['passed', 'failed', 'cancelled']),
  source: Source.optional(),
  origin: z.string().optional(),
  hash: z.string().optional(),
  stages: z.array(StageRecord),
  notices: z.array(z.string()),
  /** Who decided what, in the order of the decisions. */
  decisions: z.array(ApprovalOutcome),
  /** The first failure that broke a stage, by the catalogue's type; absent when all that failed were outcomes. */
  failure: z.object({ type: z.string(), message: z.string() }).optional(),
  report: z.object({ markdown: BlobRef, json: BlobRef }).optional(),
});
export type PipelineResult = z.infer<typeof PipelineResult>;
