import { type Command, Option } from 'commander';
import type { Cli } from '../context.ts';
import { withExamples } from '../examples.ts';
import { untilInterrupted } from '../stay.ts';

type UpOptions = { profile?: 'durable' | 'fast' };

/** `mainstay up`: server and workers in one process, until Ctrl-C. */
export function addUp(program: Command, cli: Cli): void {
  const command = program
    .command('up')
    .description('run server and workers until Ctrl-C; runs that were open go on')
    .addOption(
      new Option('--profile <profile>', 'durable (the default) survives power loss; fast may lose the last moments then').choices([
        'durable',
        'fast',
      ]),
    )
    .action(async ({ profile }: UpOptions) => {
      const session = await cli.composition.open({ profile });
      try {
        await session.serve();
        cli.terminal.print(`Temporal  ${session.address}`);
        if (session.uiUrl) cli.terminal.print(`Web UI    ${session.uiUrl}`);
        cli.terminal.print('Workers   ready; Ctrl-C drains and ends');
        await untilInterrupted(cli, session);
        cli.terminal.note('draining; Ctrl-C again leaves at once');
      } finally {
        await session.close();
      }
    });
  withExamples(command, [
    ['mainstay up', 'on this machine, with the built-in server'],
    ['TEMPORAL_ADDRESS=temporal:7233 mainstay up', 'workers for a server that runs elsewhere'],
  ]);
}
