import { setTimeout as wait } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { engineFolder } from './state.ts';

/** Runs `work` while no other process starts or stops the engine of this home. The lock of a killed process ends after 5 seconds. */
export async function withEngineLock<T>(home: string, { progress, signal }: Waiting, work: () => Promise<T>): Promise<T> {
  let told = false;
  for (;;) {
    const release = await tryLock(home);
    if (release) {
      try {
        return await work();
      } finally {
        await release();
      }
    }
    if (!told) progress('waiting for another mainstay process that starts or stops the engine');
    told = true;
    await wait(100, undefined, { signal });
  }
}

export type Waiting = { progress: (text: string) => void; signal?: AbortSignal | undefined };

async function tryLock(home: string): Promise<(() => Promise<void>) | undefined> {
  try {
    const release = await lock(engineFolder(home), {
      stale: 5_000,
      update: 1_000,
      // A machine that slept lost the lock; the work under it is done or fails by itself.
      onCompromised: () => undefined,
    });
    return () => release().catch(() => undefined);
  } catch (error) {
    if ((error as { code?: string }).code === 'ELOCKED') return undefined;
    throw error;
  }
}
