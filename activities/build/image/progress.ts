import type Dockerode from 'dockerode';
import { z } from 'zod';

/** One line of what the daemon tells while it builds or pushes. */
const Event = z.object({
  stream: z.string().optional(),
  status: z.string().optional(),
  id: z.string().optional(),
  error: z.string().optional(),
  aux: z.object({ ID: z.string().optional(), Digest: z.string().optional() }).optional(),
});

/** How a build or push ended: the image's id, the pushed digest, or the daemon's error. */
export type DaemonOutcome = { id?: string; digest?: string; error?: string };

type Listener = { signal: AbortSignal; log(line: string): void };

/** Follows the daemon's answer to its end; every line goes to the log. Rejects when the connection broke, or with the signal's reason. */
export async function followDaemon(docker: Dockerode, stream: NodeJS.ReadableStream, listener: Listener): Promise<DaemonOutcome> {
  const outcome: DaemonOutcome = {};
  let lastStatus: string | undefined;
  const step = (raw: unknown): void => {
    const event = Event.safeParse(raw).data;
    if (event === undefined) return;
    if (event.stream?.trim()) listener.log(event.stream.trimEnd());
    // Progress bars repeat their status hundreds of times.
    const status = event.status === undefined ? undefined : [event.id, event.status].filter(Boolean).join(': ');
    if (status !== undefined && status !== lastStatus) listener.log(status);
    lastStatus = status ?? lastStatus;
    if (event.aux?.ID) outcome.id = event.aux.ID;
    if (event.aux?.Digest) outcome.digest = event.aux.Digest;
    if (event.error) outcome.error = event.error;
  };
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error) => (error === null || outcome.error !== undefined ? resolve() : reject(error)), step);
  }).catch((error: unknown) => {
    listener.signal.throwIfAborted();
    throw error;
  });
  listener.signal.throwIfAborted();
  return outcome;
}
