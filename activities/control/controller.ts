import { type Client, WithStartWorkflowOperation, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { failure, failureMessage, failureType } from '../../schemas/failures.ts';
import { inputProblems } from '../../schemas/inputProblems.ts';
import { type LockAnswer, LockAsk, type LockAskInput, type LockHolder } from '../../schemas/locks.ts';
import { resourceLockId, taskQueues } from '../../schemas/names.ts';
import type { Decision } from '../../schemas/approvals.ts';
import type { Controller } from '../contracts.ts';
import { askEngine } from './askEngine.ts';
import { ensurePullRequest, ensurePush } from './ensure.ts';

/** Speaks to Temporal for flows: locks, life of other runs, messages that may be refused. */
export function createController({ client }: { client: Client }) {
  return {
    async askForLock(ask) {
      return await askEngine(client, () => acquire(client, ask));
    },

    async isAlive(holder) {
      return holder.kind === 'run' && (await askEngine(client, () => isOpen(client, holder)));
    },

    async decideOnRun({ workflowId, decision, id }) {
      const update = { args: [decision] as [Decision], updateId: id };
      const decide = () => client.workflow.getHandle(workflowId).executeUpdate<{ waitsFor?: string }, [Decision]>('decide', update);
      return await taken(client, workflowId, async () => ({ waitsFor: (await decide()).waitsFor }));
    },

    async rerunStage({ workflowId, stage }) {
      return await taken(client, workflowId, () =>
        client.workflow
          .getHandle(workflowId)
          .executeUpdate('rerunFrom', { args: [{ stage }] })
          .then(() => undefined),
      );
    },

    async ensureRun(head) {
      return await askEngine(client, () => (head.kind === 'push' ? ensurePush(client, head) : ensurePullRequest(client, head)));
    },
  } satisfies Controller;
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

type Taken<T> = { taken: boolean; reason?: string } & Partial<T>;

/** A refusal by the run is an answer; so is that it is over. */
async function taken<T extends object>(client: Client, workflowId: string, update: () => Promise<T | void>): Promise<Taken<T>> {
  return await askEngine(client, async () => {
    try {
      return { taken: true, ...(await update()) } as Taken<T>;
    } catch (error) {
      const refused = (reason: string) => ({ taken: false, reason }) as Taken<T>;
      if (error instanceof WorkflowNotFoundError) return refused(`${workflowId} is over or was never started`);
      const refusal = error instanceof WorkflowUpdateFailedError && (failureType(error) ?? error.cause?.name === 'ApplicationFailure');
      if (refusal) return refused(failureMessage(error));
      throw error;
    }
  });
}
