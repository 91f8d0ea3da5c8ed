import type { LoadedDataConverter } from '@temporalio/common';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { WorkflowExecutionDescription } from '@temporalio/client';
import { z } from 'zod';
import type { StageAgent } from '../schemas/names.ts';
import type { StageRecord } from '../schemas/runPipeline.ts';
import type { StageView } from './view.ts';

/** A step that is under way or waits for a worker, as the server sees it. */
export type PendingStep = {
  activity: string;
  /** Taken by a worker; false: waits for one. */
  started: boolean;
  /** 1 for the first try. */
  attempt: number;
  /** Why the try before broke. */
  broke?: string;
  /** From the last heartbeat. */
  stage?: string;
  doing?: string;
  /** The end of what the stage printed. */
  tail?: string;
};

/** What a working agent says of itself: for which stage, and the end of its log. */
const Heartbeat = z.object({ stage: z.string(), progress: z.string() }).partial().catch({});

type RawPending = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

// PENDING_ACTIVITY_STATE_SCHEDULED of temporal/api/enums/v1/workflow.proto: no worker has taken the step.
const scheduled = 1;

/** Temporal's pending activities in our words; what an agent says of itself comes from its heartbeats. */
export async function pendingSteps(converter: LoadedDataConverter, raw: readonly RawPending[]): Promise<PendingStep[]> {
  return await Promise.all(
    raw.map(async (step) => {
      const [details] = await decodeArrayFromPayloads(converter, step.heartbeatDetails?.payloads).catch(() => []);
      const started = Number(step.state) !== scheduled;
      const beat = Heartbeat.parse(details ?? {});
      return {
        activity: step.activityType?.name ?? '',
        started,
        attempt: step.attempt ?? 1,
        broke: step.lastFailure?.message ?? undefined,
        stage: beat.stage,
        doing: doingIn(beat.progress ?? ''),
        tail: beat.progress,
      };
    }),
  );
}

/** The command or action that stands last in a stage's log: `$ npm test` → `npm test`. */
export function doingIn(log: string): string | undefined {
  return /^[$·] (.+)$/.exec(log.split('\n').findLast((line) => /^[$·] ./.test(line)) ?? '')?.[1];
}

const agentOf: Readonly<Record<string, StageAgent>> = {
  lintCode: 'lint',
  runTests: 'test',
  buildArtifacts: 'build',
  scanSecurity: 'security',
  deployRelease: 'deploy',
  watchRelease: 'deploy',
  rollBackRelease: 'deploy',
};

const doingOf: Readonly<Record<string, string>> = {
  deployRelease: 'deploying',
  watchRelease: 'watching its health',
  rollBackRelease: 'going back to the release before',
};

/** The pending step of a running stage: by the stage's name in the heartbeat, else by its agent. */
export function stepOf(record: StageRecord, steps: readonly PendingStep[]): PendingStep | undefined {
  if (record.status !== 'running') return undefined;
  const named = steps.find((step) => step.stage === record.id);
  return named ?? steps.find((step) => step.stage === undefined && agentOf[step.activity] === record.agent);
}

/** The record with what happens at this moment. */
export function withStep(record: StageRecord, step: PendingStep | undefined): StageView {
  if (!step) return record;
  return {
    ...record,
    doing: step.doing ?? doingOf[step.activity],
    attempt: step.attempt,
    broke: step.broke,
    queued: !step.started && step.attempt === 1,
  };
}
