import { failureType } from '../../schemas/failures.ts';
import { createComposition } from './compose.ts';
import type { Cli } from './context.ts';
import { createInterruption } from './interruption.ts';
import { createProgram } from './program.ts';
import { interruptedExit, reportError } from './reportError.ts';
import { readAll } from './standardInput.ts';
import { createTerminal } from './terminal.ts';

const { env } = process;
const terminal = createTerminal(process, env);
const interruption = createInterruption(process);
const cli: Cli = {
  terminal,
  env,
  cwd: process.cwd(),
  input: () => readAll(process.stdin),
  ...interruption,
  composition: createComposition({ env, terminal, interrupted: interruption.interrupted }),
  outcome: { code: 0 },
};

try {
  await createProgram(cli).parseAsync(process.argv);
} catch (error) {
  // What was waited for ended because of Ctrl-C: nothing went wrong.
  const left = cli.interrupted.aborted && failureType(error) === undefined;
  cli.outcome.code = left ? interruptedExit : reportError(error, terminal, env);
}
// Open sockets of a worker that broke must not keep a finished command alive.
process.exit(cli.outcome.code);
