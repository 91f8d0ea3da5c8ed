import {
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  isCancellation,
  proxyActivities,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import type { Decision } from '../../schemas/approvals.ts';
import { failure, failureMessage, failureType } from '../../schemas/failures.ts';
import type { Fence } from '../../schemas/locks.ts';
import { type LockWish, runLocks } from '../../workflows/lib/locks.ts';
import { decideUpdate, rerunFromUpdate } from '../../workflows/messages.ts';

export { resourceLock } from '../../workflows/resourceLock.ts';

export type Held = { locks: string[]; fences: Fence[]; cancelled: boolean; ended: string[] };
export const heldQuery = defineQuery<Held>('held');
export const finishSignal = defineSignal('finish');

const target = proxyActivities<Target>({ taskQueue: 'test-target', startToCloseTimeout: '10 seconds' });
/** What the locks protect: it notes who is inside, and refuses tokens that are lower than what it has seen. */
export type Target = {
  enter(visit: { by: string; fence: Fence }): Promise<void>;
  leave(visit: { by: string; fence: Fence }): Promise<void>;
};

/** Holds the locks until it may finish; `inner` are taken inside, `beside` are other calls next to it. */
export async function holdLocks(order: { wish: LockWish; inner?: LockWish; beside?: LockWish[] }): Promise<Fence[]> {
  const state = { now: { locks: [] as string[] } };
  const seen = { fences: [] as Fence[], cancelled: false, finish: false, ended: [] as string[] };
  const { holdingLocks } = runLocks(state);
  setHandler(heldQuery, () => ({ ...seen, locks: state.now.locks }));
  setHandler(finishSignal, () => void (seen.finish = true));

  const holdUntilFinish = (wish: LockWish, inner?: LockWish): Promise<Fence[]> =>
    holdingLocks(wish, async (fences) => {
      seen.fences.push(...fences);
      try {
        if (inner) return [...fences, ...(await holdUntilFinish(inner))];
        await condition(() => seen.finish);
        return fences;
      } catch (error) {
        seen.cancelled ||= isCancellation(error);
        throw error;
      } finally {
        seen.ended.push(wish.step);
      }
    });
  const fences = await Promise.all([
    holdUntilFinish(order.wish, order.inner),
    ...(order.beside ?? []).map((wish) => holdUntilFinish(wish)),
  ]);
  return fences.flat();
}

/** Goes in and out `rounds` times, each time under the lock. Answers how often it was inside. */
export async function contend({ by, wish, rounds, stay }: { by: string; wish: LockWish; rounds: number; stay: string }): Promise<number> {
  const { holdingLocks } = runLocks({ now: { locks: [] } });
  for (let round = 0; round < rounds; round++) {
    await holdingLocks(wish, async ([fence]) => {
      if (!fence) return;
      await target.enter({ by, fence });
      if (stay !== '0 seconds') await sleep(stay as '1 second');
      await target.leave({ by, fence });
    });
  }
  return rounds;
}

/** Takes the lock, goes on as a new run without giving it back, and waits there. */
export async function holdAndContinue(order: { wish: LockWish; kept?: Fence[] }): Promise<string> {
  const seen = { finish: false, lost: undefined as string | undefined };
  setHandler(finishSignal, () => void (seen.finish = true));
  if (order.kept) {
    await condition(() => seen.finish);
    return 'finished';
  }
  // Never settled: a run that continues as new leaves its locks to the next.
  let fences: Fence[] | undefined;
  void runLocks({ now: { locks: [] } }).holdingLocks(order.wish, async (taken) => {
    fences = taken;
    await condition(() => false);
  });
  await condition(() => fences !== undefined);
  return await continueAsNew<typeof holdAndContinue>({ ...order, kept: fences });
}

/** How a flow that could not have its lock ended: type and message. */
export async function tryToHold(wish: LockWish): Promise<string> {
  try {
    return await runLocks({ now: { locks: [] } }).holdingLocks(wish, async () => 'held');
  } catch (error) {
    return `${failureType(error)}: ${failureMessage(error)}`;
  }
}

/** Takes decisions and reruns until it may finish, but none of `refuse`. */
export async function decidable({ refuse }: { refuse: string }): Promise<void> {
  const seen = { finish: false };
  const unlessRefused = (name: string) => {
    if (name === refuse) throw failure('DecisionRefused', `${name} may not`);
  };
  setHandler(finishSignal, () => void (seen.finish = true));
  setHandler(decideUpdate, () => ({ granted: true }), { validator: ({ by }: Decision) => unlessRefused(by) });
  setHandler(rerunFromUpdate, ({ stage }) => ({ stages: [stage] }), { validator: ({ stage }: { stage: string }) => unlessRefused(stage) });
  await condition(() => seen.finish);
}
