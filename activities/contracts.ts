import type { Health, Release } from '../schemas/deploy.ts';
import type { BlobRef } from '../schemas/nouns.ts';
import type { PipelinePlan, PipelineRequest, PipelineResult, StageStatus } from '../schemas/runPipeline.ts';
import type { RunState } from '../schemas/runState.ts';
import type { Source } from '../schemas/source.ts';
import type { Stage, StageResult, StageTask } from '../schemas/stage.ts';

/** What flows may ask of the agents. Each agent's factory answers `satisfies` its contract. */
export type SourceAgent = {
  /** Resolves the ref, reads the configuration at that commit, and fills in the plan. */
  openRun(request: PipelineRequest): Promise<PipelinePlan>;
  evaluateCondition(question: ConditionQuestion): Promise<boolean>;
};

export type ConditionQuestion = { source: Source; stage: Stage; results: Record<string, { status: StageStatus; passed: boolean }> };

export type Linter = { lintCode(task: StageTask): Promise<StageResult> };
export type Tester = { runTests(task: StageTask): Promise<StageResult> };
export type Builder = { buildArtifacts(task: StageTask): Promise<StageResult> };
export type SecurityScanner = { scanSecurity(task: StageTask): Promise<StageResult> };

export type Deployer = {
  deployRelease(task: StageTask): Promise<Release>;
  watchRelease(watch: { task: StageTask; release: Release }): Promise<Health>;
  rollBackRelease(order: { task: StageTask; reason: string }): Promise<{ restored?: Release; undone: boolean }>;
};

/** What a report needs of a run: its result, and what the state alone knows. */
export type RunRecord = {
  record: Pick<RunState, 'task_id' | 'started_at' | 'updated_at' | 'checkpoints' | 'decisions' | 'error_log'>;
  result: PipelineResult;
};
export type Reporter = { writeReport(run: RunRecord): Promise<{ markdown: BlobRef; json: BlobRef }> };
