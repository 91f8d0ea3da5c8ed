import { type Command, Option } from 'commander';
import type { Cli } from '../context.ts';
import { withExamples } from '../examples.ts';
import { untilInterrupted } from '../stay.ts';

type UpOptions = { profile?: 'durable' | 'fast' };

/** `mainstay up`: server, workers and gateway in one process, until Ctrl-C. */
export function addUp(program: Command, cli: Cli): void {
  const command = program
    .command('up')
    .description('run server, workers and gateway until Ctrl-C; runs that were open go on')
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
        const gateway = await session.listen({ fallback: true });
        cli.terminal.print(`Temporal  ${session.address}`);
        if (session.uiUrl) cli.terminal.print(`Web UI    ${session.uiUrl}`);
        cli.terminal.print(`Gateway   ${gateway.url}`);
        for (const note of gateway.notes) cli.terminal.note(note);
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
