import type { Command } from 'commander';
import type { Cli } from '../context.ts';
import { withExamples } from '../examples.ts';
import { untilInterrupted } from '../stay.ts';

/** `mainstay gateway`: webhooks and HTTP alone, for a server and workers that run elsewhere. */
export function addGateway(program: Command, cli: Cli): void {
  const command = program
    .command('gateway')
    .description('take webhooks and serve the HTTP API until Ctrl-C; runs go to workers elsewhere')
    .action(async () => {
      const session = await cli.composition.open();
      try {
        const { url } = await session.listen();
        cli.terminal.print(`listening at ${url}; Ctrl-C drains and ends`);
        await untilInterrupted(cli, session);
        cli.terminal.note('draining; Ctrl-C again leaves at once');
      } finally {
        await session.close();
      }
    });
  withExamples(command, [
    ['mainstay gateway', 'at 127.0.0.1:8787'],
    ['MAINSTAY_LISTEN=0.0.0.0:8080 TEMPORAL_ADDRESS=temporal:7233 mainstay gateway', 'in a fleet, behind TLS'],
  ]);
}
