import { z } from 'zod';
import { ApprovalOutcome, Refusal } from './approvals.ts';
import { Release } from './deploy.ts';
import { BlobRef } from './nouns.ts';
import { ProjectFile } from './projectFile.ts';
import { Source } from './source.ts';
import { Stage, StageResult } from './stage.ts';

export { PipelineRequest, type PipelineRequestInput } from './pipelineRequest.ts';

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

export type PipelinePhase = 'planning' | 'running' | 'passed' | 'failed' | 'cancelled';

const stageStatuses = ['pending', 'awaitingApproval', 'awaitingLock', 'running', 'passed', 'failed', 'skipped', 'cancelled'] as const;
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
  /** Where a deploy goes; known before there is a release. */
  environment: z.string().optional(),
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
  /** Decisions that were not taken, and why; the newest 100. Results of older runs have none. */
  refusals: z.array(Refusal).optional(),
  /** The first failure that broke a stage, by the catalogue's type; absent when all that failed were outcomes. */
  failure: z.object({ type: z.string(), message: z.string() }).optional(),
  report: z.object({ markdown: BlobRef, json: BlobRef }).optional(),
});
export type PipelineResult = z.infer<typeof PipelineResult>;
