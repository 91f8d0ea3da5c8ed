import { type Command, InvalidArgumentError } from 'commander';
import { nearest } from '../../../schemas/nearest.ts';
import { type Agent, agents, taskQueues } from '../../../schemas/names.ts';
import type { Cli, Serving } from '../context.ts';
import { withExamples } from '../examples.ts';
import { commaList } from '../settings.ts';
import { untilInterrupted } from '../stay.ts';

type WorkerOptions = { agents?: Agent[]; flows?: boolean };

/** `mainstay worker`: only workers, for chosen task queues. */
export function addWorker(program: Command, cli: Cli): void {
  const command = program
    .command('worker')
    .description('serve task queues of a server until Ctrl-C; each agent scales alone')
    .option('--agents <names>', `only these of ${agents.join(', ')}`, agentList)
    .option('--flows', 'run the flows themselves; with --agents both, alone only them')
    .action(async (options: WorkerOptions) => {
      const serving = servingOf(options);
      const session = await cli.composition.open();
      try {
        await session.serve(serving);
        const queues = [...(serving.flows ? [taskQueues.orchestration] : []), ...(serving.agents ?? []).map((agent) => taskQueues[agent])];
        cli.terminal.print(`serving ${queues.join(', ')} at ${session.address}; Ctrl-C drains and ends`);
        await untilInterrupted(cli, session);
        cli.terminal.note('draining; Ctrl-C again leaves at once');
      } finally {
        await session.close();
      }
    });
  withExamples(command, [
    ['mainstay worker', 'everything'],
    ['mainstay worker --agents lint,test', 'only these two agents'],
    ['TEMPORAL_ADDRESS=temporal:7233 mainstay worker --flows', 'only the flows, for a server that runs elsewhere'],
  ]);
}

/** What the options mean: nothing named is everything. */
export function servingOf({ agents: wanted, flows }: WorkerOptions): Required<Serving> {
  if (wanted === undefined) return { agents: flows ? [] : agents, flows: true };
  return { agents: wanted, flows: flows ?? false };
}

function agentList(text: string): Agent[] {
  return commaList(text).map((name) => {
    const agent = agents.find((known) => known === name);
    if (!agent) throw new InvalidArgumentError(`no agent ${name}${nearest(name, agents)}`);
    return agent;
  });
}
