import { Context } from '@temporalio/activity';

/** Longest progress text that a heartbeat carries, characters. */
const longestProgress = 2000;
const defaultTimeoutMs = 30_000;
// A cancellation comes back as the answer to a heartbeat: this is how long a person waits for Ctrl-C to be heard.
const longestSilenceMs = 1_000;

/** Takes the newest piece of output; the next heartbeat carries the end of what came. */
export type Progress = (text: string) => void;

/**
 * Does long work of an activity: Temporal hears from it every second (or three times per heartbeat timeout), with the end of the latest progress, and a
 * cancellation reaches the work by its signal; `about` says what the work is for. Outside an activity the work just runs, with a signal that never fires.
 */
export async function whileHeartbeating<T>(
  work: (signal: AbortSignal, progress: Progress) => Promise<T>,
  about: Readonly<Record<string, string>> = {},
): Promise<T> {
  const context = currentActivity();
  if (context === undefined) return await work(new AbortController().signal, () => undefined);

  let latest = '';
  const beat = () => context.heartbeat({ ...about, progress: latest });
  beat();
  const timer = setInterval(beat, Math.min((context.info.heartbeatTimeoutMs || defaultTimeoutMs) / 3, longestSilenceMs));
  try {
    return await work(context.cancellationSignal, (text) => {
      latest = (latest + text).slice(-longestProgress);
    });
  } finally {
    clearInterval(timer);
  }
}

function currentActivity(): Context | undefined {
  try {
    return Context.current();
  } catch {
    return undefined;
  }
}
