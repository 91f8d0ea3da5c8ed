import type { Cli } from './context.ts';
import { interruptedExit } from './reportError.ts';

type Process = Pick<NodeJS.Process, 'on' | 'exit'> & { stdout: NodeJS.WriteStream };

/** The process's signals as one abort signal: the first SIGINT, SIGTERM or SIGHUP asks politely, the second ends the process at once. */
export function createInterruption(process: Process): Pick<Cli, 'interrupted' | 'interrupt'> {
  const interruption = new AbortController();
  const interrupt = () => {
    if (interruption.signal.aborted) process.exit(interruptedExit);
    interruption.abort(new Error('interrupted'));
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, interrupt);
  // `mainstay runs | head` closes the pipe early; that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  return { interrupted: interruption.signal, interrupt };
}
