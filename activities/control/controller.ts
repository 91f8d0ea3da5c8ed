import { type Client, WithStartWorkflowOperation, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { failure, failureMessage, failureType } from '../../schemas/failures.ts';
import { inputProblems } from '../../schemas/inputProblems.ts';
import { type LockAnswer, LockAsk, type LockAskInput, type LockHolder } from '../../schemas/locks.ts';
import { resourceLockId, taskQueues } from '../../schemas/names.ts';
import type { Controller } from '../contracts.ts';
import { askEngine } from './askEngine.ts';

/** Speaks to Temporal for flows: locks, life of other runs, messages that may be refused. */
export function createController({ client }: { client: Client }) {
  return {
    async askForLock(ask) {
      return await askEngine(client, () => acquire(client, ask));
    },

    async isAlive(holder) {
      return holder.kind === 'run' && (await askEngine(client, () => isOpen(client, holder)));
    },

    async decideOnRun({ workflowId, decision }) {
      return await taken(client, workflowId, () => client.workflow.getHandle(workflowId).executeUpdate('decide', { args: [decision] }));
    },

    async rerunStage({ workflowId, stage }) {
      return await taken(client, workflowId, () => client.workflow.getHandle(workflowId).executeUpdate('rerunFrom', { args: [{ stage }] }));
    },
  } satisfies Omit<Controller, 'ensureRun'>;
}

async function acquire(client: Client, ask: LockAskInput): Promise<LockAnswer> {
  // Before anything is started: an entity of a malformed name would be a lock that nobody can take.
  const { error } = LockAsk.safeParse(ask);
  if (error) throw failure('InvalidInput', inputProblems(LockAsk, error).join('; '));
  // The lock itself knows a wish that comes twice. An update id would not do: asked again later, the answer may be another.
  const startWorkflowOperation = new WithStartWorkflowOperation('resourceLock', {
    workflowId: resourceLockId(ask.resource),
    taskQueue: taskQueues.orchestration,
    workflowIdConflictPolicy: 'USE_EXISTING',
    args: [{ resource: ask.resource }],
  });
  return await client.workflow.executeUpdateWithStart<(input: object) => Promise<unknown>, LockAnswer, [LockAskInput]>('acquireLock', {
    args: [ask],
    startWorkflowOperation,
  });
}

async function isOpen(client: Client, { workflowId, runId }: LockHolder & { kind: 'run' }): Promise<boolean> {
  const exact = await describe(client, workflowId, runId);
  if (exact?.status.name === 'RUNNING' || exact?.status.name === 'PAUSED') return true;
  if (exact?.status.name !== 'CONTINUED_AS_NEW') return false;
  const newest = await describe(client, workflowId);
  const first = (description: typeof newest) => description?.raw.workflowExecutionInfo?.firstRunId;
  return newest?.closeTime === undefined && first(newest) === first(exact);
}

async function describe(client: Client, workflowId: string, runId?: string) {
  try {
    return await client.workflow.getHandle(workflowId, runId).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** A refusal by the run is an answer; so is that it is over. */
async function taken(client: Client, workflowId: string, update: () => Promise<unknown>): Promise<{ taken: boolean; reason?: string }> {
  return await askEngine(client, async () => {
    try {
      await update();
      return { taken: true };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return { taken: false, reason: `${workflowId} is over or was never started` };
      const refusal = error instanceof WorkflowUpdateFailedError && (failureType(error) ?? error.cause?.name === 'ApplicationFailure');
      if (refusal) return { taken: false, reason: failureMessage(error) };
      throw error;
    }
  });
}
