import type { Cli, Session } from './context.ts';

/** Waits until Ctrl-C (or SIGTERM); rejects when a worker of this process breaks. */
export async function untilInterrupted(cli: Cli, session: Session): Promise<void> {
  if (cli.interrupted.aborted) return;
  await Promise.race([
    session.served,
    new Promise<void>((resolve) => cli.interrupted.addEventListener('abort', () => resolve(), { once: true })),
  ]);
}
