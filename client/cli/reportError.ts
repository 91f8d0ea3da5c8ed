import { CommanderError } from 'commander';
import { failureCatalogue, failureMessage, failureType } from '../../schemas/failures.ts';
import { sanitise } from './sanitise.ts';
import type { Env, Terminal } from './terminal.ts';

/** A foreground wait was left by Ctrl-C: 128 + SIGINT, as shells count. */
export const interruptedExit = 130;
// EX_SOFTWARE of sysexits.h: the fault is in this program.
const unexpectedExit = 70;

/** Says what went wrong in one line and answers the exit code. A stack trace appears only with MAINSTAY_DEBUG. */
export function reportError(error: unknown, terminal: Terminal, env: Env): number {
  // Commander has written its own line already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : failureCatalogue.InvalidInput.exit;
  if (env.MAINSTAY_DEBUG && error instanceof Error) terminal.note(error.stack ?? error.message);
  const type = failureType(error) ?? (isConnectionLoss(error) ? 'EngineUnavailable' : undefined);
  if (type === undefined) {
    terminal.note(`${label(terminal)} ${text(error)} (unexpected; MAINSTAY_DEBUG=1 shows where)`);
    return unexpectedExit;
  }
  terminal.note(`${label(terminal)} ${text(error)}`);
  return failureCatalogue[type].exit;
}

function label({ colours }: Terminal): string {
  return colours.red('error:');
}

function text(error: unknown): string {
  if (isConnectionLoss(error)) return 'the Temporal server stopped answering; runs are kept, start it again with `mainstay up`';
  return sanitise(failureMessage(error)).trim();
}

// gRPC's code 14, UNAVAILABLE, on the error or on the cause that the SDK wrapped.
function isConnectionLoss(error: unknown): boolean {
  const codes = [error, error instanceof Error ? error.cause : undefined].map((one) => (one as { code?: unknown } | undefined)?.code);
  return codes.includes(14);
}
