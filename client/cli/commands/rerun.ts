import type { Command } from 'commander';
import { findRun } from '../../findRun.ts';
import { rerunFrom } from '../../steer.ts';
import { isServed } from '../../served.ts';
import { type Cli, withSession } from '../context.ts';
import { withExamples } from '../examples.ts';
import { stayWith } from '../foreground.ts';
import { personName } from '../person.ts';
import { answering } from './steer.ts';

type RerunOptions = { from: string; yes?: boolean; detach?: boolean; json?: boolean };

/** `mainstay rerun`: a stage and all that need it, again. */
export function addRerun(program: Command, cli: Cli): void {
  const command = program
    .command('rerun <id>')
    .description('do a stage and all that need it again; every other result is reused')
    .requiredOption('--from <stage>', 'the first stage to do again')
    .option('-y, --yes', 'agree to every approval in advance')
    .option('-d, --detach', 'start it and return')
    .option('--json', 'print one JSON object')
    .action(async (id: string, options: RerunOptions) => {
      cli.outcome.code = await rerun(cli, id, options);
    });
  withExamples(command, [
    ['mainstay rerun last --from test', 'inside the run while it lives, else as a new run of the same commit'],
    ['mainstay rerun 9f3c2e1 --from deploy --yes', 'deploy again, nothing else'],
  ]);
}

async function rerun(cli: Cli, id: string, { from, yes, detach, json = false }: RerunOptions): Promise<number> {
  const person = personName(cli.env);
  return await withSession(cli, async (session) => {
    const run = await findRun(session.client, id);
    await answering(session, run);
    const again = await rerunFrom(session.client, run, { stage: from, requestedBy: person, approvedBy: yes ? person : undefined });
    if (detach) {
      if (json) cli.terminal.json(again);
      else cli.terminal.print(again.workflowId);
      return 0;
    }
    if (session.embedded && !(await isServed(session.client))) await session.serve();
    const onInterrupt = again.live ? 'leave' : 'cancel';
    return await stayWith({ cli, session, run: again, json, onInterrupt, mayServe: session.embedded, agree: yes ? person : undefined });
  });
}
