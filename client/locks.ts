import { setTimeout as wait } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { askEngine } from '../activities/control/askEngine.ts';
import { createController } from '../activities/control/controller.ts';
import { failure, failureType } from '../schemas/failures.ts';
import type { LockAnswer, LockAskInput, LockBreak, LockView } from '../schemas/locks.ts';
import { resourceLockId } from '../schemas/names.ts';
import { breakLockUpdate, lockQuery, releaseLockUpdate, renewLockUpdate } from '../workflows/messages.ts';

// Each view is a question to a worker of the flows.
const askedAtOnce = 20;
// A lock that goes on as new under load refuses what comes in that moment.
const triedForMs = 3_000;
const firstPauseMs = 100;

/** Every lock that somebody holds or waits for, or did lately; by name. Visibility knows a new one a moment late. */
export async function listLocks(client: Client): Promise<LockView[]> {
  const resources: string[] = [];
  await askEngine(client, async () => {
    const query = "WorkflowType = 'resourceLock' AND ExecutionStatus = 'Running'";
    for await (const { workflowId } of client.workflow.list({ query })) resources.push(workflowId.slice(resourceLockId('').length));
  });
  const views: LockView[] = [];
  for (const batch of inBatches([...new Set(resources)].sort()))
    views.push(...(await Promise.all(batch.map((one) => getLock(client, one)))));
  return views;
}

/** One lock. A resource that nobody ever locked is free like any other. */
export async function getLock(client: Client, resource: string): Promise<LockView> {
  const view = await unlessMissing(client, () => client.workflow.getHandle(resourceLockId(resource)).query(lockQuery));
  return view ?? { resource, holders: [], waiters: [], events: [], grants: 0, token: 0 };
}

/** Granted, queued or refused, at once. Who is queued asks again with the same `id`, and renews within the lease once it is granted. */
export async function acquireLock(client: Client, ask: LockAskInput): Promise<LockAnswer> {
  return await patiently(() => createController({ client }).askForLock(ask));
}

/** Gives back or withdraws; `released` is false when there was nothing to give back. */
export async function releaseLock(client: Client, { resource, id }: { resource: string; id: string }): Promise<{ released: boolean }> {
  const answer = await patiently(() =>
    unlessMissing(client, () => lockOf(client, resource).executeUpdate(releaseLockUpdate, { args: [{ id }] })),
  );
  return answer ?? { released: false };
}

/** Moves the end of the lease; `LockLost` when the lock is no longer held under this id. */
export async function renewLock(client: Client, { resource, id }: { resource: string; id: string }): Promise<{ leaseEndsAt: string }> {
  const answer = await patiently(() =>
    unlessMissing(client, () => lockOf(client, resource).executeUpdate(renewLockUpdate, { args: [{ id }] })),
  );
  if (!answer) throw failure('LockLost', `${id} does not hold ${resource}, nobody does: stop, and ask anew`);
  return answer;
}

/** Takes the lock from one holder, or without `id` from all, and tells them. Answers whom it was taken from. */
export async function breakLock(client: Client, { resource, ...order }: LockBreak & { resource: string }): Promise<{ broken: string[] }> {
  const answer = await unlessMissing(client, () => lockOf(client, resource).executeUpdate(breakLockUpdate, { args: [order] }));
  return answer ?? { broken: [] };
}

function lockOf(client: Client, resource: string) {
  return client.workflow.getHandle(resourceLockId(resource));
}

/** Undefined when the lock's entity has ended or never was: nobody holds it then. */
async function unlessMissing<T>(client: Client, work: () => Promise<T>): Promise<T | undefined> {
  return await askEngine(client, async () => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  });
}

/** Asks again for a moment what may be asked twice. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  for (let pause = firstPauseMs; ; pause *= 2) {
    try {
      return await work();
    } catch (error) {
      if (failureType(error) !== 'EngineUnavailable' || performance.now() - began + pause > triedForMs) throw error;
      await wait(pause);
    }
  }
}

function inBatches<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / askedAtOnce) }, (_, batch) =>
    items.slice(batch * askedAtOnce, (batch + 1) * askedAtOnce),
  );
}
