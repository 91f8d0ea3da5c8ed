import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { StageResult, type StageTask } from '../../schemas/stage.ts';
import type { Installer } from './install/prepare.ts';
import type { BoxLimits, Sandboxes } from '../sandbox/box.ts';
import { whileHeartbeating } from './heartbeats.ts';
import { openWorkbench, StageEnded } from './openWorkbench.ts';
import type { SourceReader } from './source.ts';
import { resultDigest, stageKey } from './stageKey.ts';
import { openStageLog, type StageLog } from './stageLog.ts';
import type { ArtifactStore, StageRunner, Verdict } from './workbench.ts';
import type { Workspaces } from './workspaces.ts';

export type StageRunnerDeps = {
  home: string;
  /** Names this process, so that what it leaves when killed can be found and removed. */
  owner: string;
  limits: BoxLimits;
  store: ArtifactStore;
  sandboxes: Sandboxes;
  installer: Installer;
  sources: SourceReader;
  workspaces: Workspaces;
};

/** Runs stages: answers a kept result with the same key, else gives the agent a workbench and keeps what it finds. */
export function createStageRunner(deps: StageRunnerDeps): StageRunner {
  return (task, trait, work) =>
    whileHeartbeating(
      async (signal, progress) => {
        const startedAt = new Date().toISOString();
        const key = stageKey(task, trait, startedAt.slice(0, 10));
        const kept = task.reuse ? StageResult.safeParse(await deps.store.recall(key)) : undefined;
        if (kept?.success) return kept.data;

        const scratch = join(deps.home, 'scratch', deps.owner, randomUUID());
        try {
          await mkdir(scratch, { recursive: true });
          const log = openStageLog({ path: join(scratch, 'stage.log'), progress });
          const { verdict, isolation } = await atWorkbench({ deps, task, scratch, signal, log, work });
          const result = await recorded({ deps, verdict, isolation, log, startedAt });
          // Only a good result is worth keeping: a bad one must be found again by doing the work.
          if (result.passed)
            await deps.store.remember(key, { ...result, reusedFrom: Context.current().info.workflowExecution?.workflowId });
          return result;
        } finally {
          await rm(scratch, { recursive: true, force: true });
        }
      },
      { stage: task.stage.id },
    );
}

type Session = {
  deps: StageRunnerDeps;
  task: StageTask;
  scratch: string;
  signal: AbortSignal;
  log: StageLog;
  work: Parameters<StageRunner>[2];
};

async function atWorkbench({ work, ...opening }: Session): Promise<{ verdict: Verdict; isolation: StageResult['isolation'] }> {
  const bench = await openWorkbench(opening);
  try {
    return { verdict: await work(bench), isolation: bench.isolation() };
  } catch (error) {
    if (error instanceof StageEnded)
      return { verdict: { passed: false, summary: error.message, endedBy: error.endedBy }, isolation: bench.isolation() };
    throw error;
  } finally {
    await bench.close();
  }
}

type Ending = { deps: StageRunnerDeps; verdict: Verdict; isolation: StageResult['isolation']; log: StageLog; startedAt: string };

async function recorded({ deps, verdict, isolation, log, startedAt }: Ending): Promise<StageResult> {
  await log.close();
  return {
    artifacts: [],
    ...verdict,
    digest: resultDigest(verdict),
    isolation,
    notices: log.notices,
    log: await deps.store.putFile(log.path, 'text/plain'),
    startedAt,
    endedAt: new Date().toISOString(),
    actions: log.actions,
  };
}
