import { type Command, Option } from 'commander';
import { isOver, type RunStatus, type RunSummary } from '../../view.ts';
import { listRuns } from '../../runs.ts';
import { type Cli, withSession } from '../context.ts';
import { withExamples } from '../examples.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import { positive } from '../settings.ts';
import { table } from '../table.ts';
import { elapsed } from '../progress/words.ts';

type RunsOptions = { status?: RunStatus; repository?: string; limit: number; json?: boolean };

/** `mainstay runs`: the list, newest first. */
export function addRuns(program: Command, cli: Cli): void {
  const command = program
    .command('runs')
    .alias('ls')
    .description('list the runs, newest first')
    .addOption(new Option('--status <status>', 'only these').choices(['running', 'waiting', 'passed', 'failed', 'cancelled']))
    .option('--repository <slug>', 'only of this repository, as the list writes it')
    .option('-n, --limit <count>', 'at most that many', positive, 20)
    .option('--json', 'print a JSON array')
    .action(async ({ json, ...filter }: RunsOptions) => {
      const runs = await withSession(cli, ({ client }) => listRuns(client, filter));
      if (json) return cli.terminal.json(runs);
      if (runs.length === 0) return cli.terminal.note('no runs; start one: mainstay run pipeline');
      for (const line of runTable(runs, Date.now())) cli.terminal.print(line);
    });
  withExamples(command, [
    ['mainstay runs', 'the newest twenty'],
    ['mainstay runs --status failed -n 5', 'the newest five that failed'],
    ['mainstay runs --json | jq -r ".[].workflowId"', 'for programs'],
  ]);
}

/** Runs as aligned lines. */
function runTable(runs: readonly RunSummary[], now: number): string[] {
  const rows = runs.map((run) => [
    run.shortId,
    run.status === 'waiting' ? `waiting (${run.awaiting.join(', ')})` : isOver(run.status) ? run.status : run.phase || run.status,
    plainLine(run.repository),
    run.startedAt.slice(0, 19).replace('T', ' '),
    elapsed(run, now),
  ]);
  return table(['ID', 'STATUS', 'REPOSITORY', 'STARTED (UTC)', 'TIME'], rows);
}
