import {
  ActivityCancellationType,
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import ms, { type StringValue } from 'ms';
import { z } from 'zod';
import type { Controller } from '../../activities/contracts.ts';
import { failure } from '../../schemas/failures.ts';
import type { Fence, LockAskInput } from '../../schemas/locks.ts';
import { resourceLockId, taskQueues } from '../../schemas/names.ts';
import { lockGrantedSignal, lockLostSignal, releaseLockSignal } from '../messages.ts';
import { heldAround, refuseDisorder } from './lockOrder.ts';
import { lockedBy } from './lockWords.ts';

export type LockWish = Pick<LockAskInput, 'mode' | 'priority' | 'lease' | 'purpose'> & {
  /** Taken in sorted order, each once. */
  resources: readonly string[];
  /** Who asks within the run, for example the stage's id. */
  step: string;
  /** Longest wait for each resource; '0 seconds': at once or not at all. */
  waitTimeout?: string;
  /** How long a worker that can ask is waited for. */
  workerWait?: string;
};

export type RunLocks = {
  /**
   * Holds the resources while `work` runs, and gives them back however it ends. `ResourceLocked` names who holds one that was not to be had in
   * time; `LockLost` when one was taken away, after `work` was cancelled and has ended. Inside `work` more can be taken, of names that sort
   * after all held there; else `LockOrderViolated`. Parallel calls stand each for itself and queue behind each other like strangers.
   */
  holdingLocks<T>(wish: LockWish, work: (fences: Fence[]) => Promise<T>): Promise<T>;
};

const Told = z.object({ id: z.string(), token: z.number().optional(), reason: z.string().optional() });

type Claim = { id: string; resource: string; token?: number; lost?: string; onLost(): void };

/** The locks of one run: made once, before the first of them is asked for. `state.now.locks` names what is held. */
export function runLocks(state: { readonly now: { locks: string[] } }): RunLocks {
  const { workflowId, runId } = workflowInfo();
  const claims = new Map<string, Claim>();
  const held = new WeakMap<CancellationScope, readonly string[]>();
  const asked = { count: 0 };
  const show = () => {
    state.now.locks = [...claims.values()]
      .filter(({ token, lost }) => token !== undefined && lost === undefined)
      .map(({ resource }) => resource)
      .sort();
  };

  // What is unknown by now was given back meanwhile.
  setHandler(lockGrantedSignal, (given) => {
    const { data } = Told.safeParse(given);
    const claim = claims.get(data?.id ?? '');
    if (!claim || data?.token === undefined) return;
    claim.token = data.token;
    show();
  });
  setHandler(lockLostSignal, (given) => {
    const { data } = Told.safeParse(given);
    const claim = claims.get(data?.id ?? '');
    if (!claim) return;
    claim.lost = data?.reason ?? 'no reason was given';
    show();
    claim.onLost();
  });

  const take = async (claim: Claim, wish: LockWish): Promise<Fence> => {
    const { id, resource } = claim;
    const { mode, priority, lease, purpose, waitTimeout = '1 hour', workerWait = '1 day' } = wish;
    const { askForLock } = proxyActivities<Pick<Controller, 'askForLock'>>({
      taskQueue: taskQueues.control,
      startToCloseTimeout: '20 seconds',
      scheduleToStartTimeout: ms(workerWait as StringValue),
      // An ask under way may still be granted: it is over before the lock is given back.
      cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
      retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '10 seconds' },
    });
    const ask = { id, resource, mode, priority, lease, purpose, waitTimeout, holder: { kind: 'run' as const, workflowId, runId } };
    let answer = await askForLock(ask);
    if (answer.state === 'queued') {
      const inTime = await condition(() => claim.token !== undefined, ms(waitTimeout as StringValue));
      // Asked once more, the lock says who holds it now; a grant whose signal was lost is found this way too.
      if (!inTime) answer = await askForLock(ask);
    }
    if (answer.state === 'granted') claim.token = answer.token;
    if (claim.token === undefined) {
      const holders = answer.state === 'granted' ? [] : answer.lockedBy;
      const waited =
        answer.state === 'refused' && ms(waitTimeout as StringValue) === 0 ? 'it is' : `after waiting ${waitTimeout} it is still`;
      throw failure(
        'ResourceLocked',
        `${resource} is not free: ${waited} ${lockedBy(holders)}; wait longer, or see \`mainstay locks ${resource}\``,
        {
          resource,
          lockedBy: holders,
        },
      );
    }
    show();
    return { resource, token: claim.token };
  };

  const giveBack = async ({ id, resource }: Claim): Promise<void> => {
    claims.delete(id);
    show();
    await getExternalWorkflowHandle(resourceLockId(resource))
      .signal(releaseLockSignal, { id })
      .catch((error: unknown) => log.info('a lock to be given back is gone', { resource, error }));
  };

  return {
    async holdingLocks(wish, work) {
      const resources = [...new Set(wish.resources)].sort();
      refuseDisorder(resources, heldAround(held));
      const scope = new CancellationScope();
      const mine: Claim[] = [];
      try {
        return await scope.run(async () => {
          const fences: Fence[] = [];
          for (const resource of resources) {
            // The run's id makes it unique; the rest is for people.
            const id = `${workflowId.slice(-150)}/${runId}/${wish.step.slice(0, 80)}/${++asked.count}`;
            const claim: Claim = { id, resource, onLost: () => scope.cancel() };
            claims.set(id, claim);
            mine.push(claim);
            fences.push(await take(claim, wish));
            held.set(
              scope,
              fences.map((fence) => fence.resource),
            );
          }
          return await work(fences);
        });
      } catch (error) {
        const gone = mine.find(({ lost }) => lost !== undefined);
        if (gone === undefined || !isCancellation(error) || CancellationScope.current().consideredCancelled) throw error;
        throw failure('LockLost', `${gone.resource} was taken away (${gone.lost}): run again when it is free`, { resource: gone.resource });
      } finally {
        await CancellationScope.nonCancellable(() => Promise.all(mine.map(giveBack)));
      }
    },
  };
}
