import type { BoxResult } from './box.ts';

/** SIGTERM first, so that a command can clean up; SIGKILL when it has not within this time (milliseconds, box.ts). */
export const graceMs = 5_000;

export type Reason = NonNullable<BoxResult['endedBy']>;

export type Ending = {
  /** Why the command was ended from outside; undefined while it was not. */
  reason(): Reason | undefined;
  /** Ends it now, without grace; the first reason stands. */
  kill(reason: Reason): void;
  /** Stops the clocks. */
  stop(): void;
};

/** Ends a command on timeout (with grace) and on abort (without). `send` reaches all of its processes. */
export function armEnding(deps: { timeoutMs: number; signal: AbortSignal; send(signal: 'SIGTERM' | 'SIGKILL'): void }): Ending {
  let reason: Reason | undefined;
  let grace: NodeJS.Timeout | undefined;

  const clock = setTimeout(() => {
    if (reason) return;
    reason = 'timeout';
    deps.send('SIGTERM');
    grace = setTimeout(() => deps.send('SIGKILL'), graceMs);
  }, deps.timeoutMs);

  function kill(why: Reason): void {
    reason ??= why;
    deps.send('SIGKILL');
  }
  function onAbort(): void {
    kill('signal');
  }
  if (deps.signal.aborted) queueMicrotask(onAbort);
  else deps.signal.addEventListener('abort', onAbort, { once: true });

  return {
    reason: () => reason,
    kill,
    stop() {
      clearTimeout(clock);
      clearTimeout(grace);
      deps.signal.removeEventListener('abort', onAbort);
    },
  };
}
