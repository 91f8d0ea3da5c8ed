import { setTimeout as sleep } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { failure } from '../schemas/failures.ts';

/** After this long without a sign of life (a holder gives one every half of it) a lock counts as left behind, milliseconds. */
const staleMs = 10_000;

/**
 * Runs alone among all processes of this machine that name the same path; `<path>.lock` is the sign. The signal given to the work ends it
 * when the caller aborts, and when the lock was lost.
 */
export async function alone<T>(path: string, signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const lost = new AbortController();
  const until = signal ? AbortSignal.any([signal, lost.signal]) : lost.signal;
  const release = await acquire(path, until, (error) =>
    lost.abort(failure('SourceUnreachable', `the lock ${path}.lock was lost: ${error.message}`)),
  );
  try {
    return await work(until);
  } finally {
    if (!lost.signal.aborted) await release();
  }
}

async function acquire(path: string, signal: AbortSignal, onCompromised: (error: Error) => void): Promise<() => Promise<void>> {
  for (let waitMs = 20; ; waitMs = Math.min(waitMs * 1.5, 500)) {
    signal.throwIfAborted();
    try {
      return await lock(path, { realpath: false, stale: staleMs, onCompromised });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ELOCKED')) throw error;
    }
    await sleep(waitMs, undefined, { signal });
  }
}
