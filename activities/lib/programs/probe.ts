import { failure } from '../../../schemas/failures.ts';
import type { Box } from '../../sandbox/box.ts';
import type { CodingProgram, ProgramEntry } from './programs.ts';

// A shell and a look-up in PATH; more is a machine that hangs.
const probeMs = 20_000;

/** The command line of a program that is in the box. Fails with `ToolMissing`, with how to put it there. */
export async function findCommand(box: Box, program: CodingProgram, entry: ProgramEntry): Promise<readonly [string, ...string[]]> {
  const names = ['node', ...entry.commands.map(([file]) => file)];
  const line = 'for name; do command -v -- "$name" >/dev/null 2>&1 && echo "$name"; done; true';
  const { stdout } = await box.run({ command: ['sh', '-c', line, 'sh', ...names], timeoutMs: probeMs });
  const there = stdout.split('\n');
  const command = entry.commands.find(([file]) => there.includes(file));
  if (command && there.includes('node')) return command;
  const missing = command ? 'Node.js' : `${entry.title} (${entry.commands[0][0]})`;
  throw failure('ToolMissing', `${missing} is not in the sandbox, and ${program} was asked to write the code: ${advice(box, entry)}`);
}

function advice(box: Box, entry: ProgramEntry): string {
  if (box.isolation !== 'docker') return `install it for all users of this machine (npm install -g ${entry.package}), or use Docker`;
  return [
    'build an image from a Dockerfile with the lines `FROM mainstay-sandbox:2`, `USER root`,',
    `\`RUN npm install -g ${entry.package}\` and \`USER 1000:1000\`, and set MAINSTAY_SANDBOX_IMAGE to its name`,
  ].join(' ');
}
