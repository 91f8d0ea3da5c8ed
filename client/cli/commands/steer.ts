import type { Command } from 'commander';
import { findRun } from '../../findRun.ts';
import { observeRun } from '../../observe.ts';
import { cancelRun, pauseRun, resumeRun } from '../../steer.ts';
import type { RunSummary } from '../../view.ts';
import { isOver } from '../../view.ts';
import { type Cli, type Session, withSession } from '../context.ts';
import { withExamples } from '../examples.ts';

type Verb = {
  name: 'cancel' | 'pause' | 'resume';
  description: string;
  done: string;
  act(session: Session, run: RunSummary): Promise<void>;
};

const verbs: readonly Verb[] = [
  {
    name: 'cancel',
    description: 'end a run: its processes end, what it changed is undone',
    done: 'is being cancelled',
    act: ({ client }, run) => cancelRun(client, run),
  },
  {
    name: 'pause',
    description: 'start no new stage or step in a run; what runs goes on',
    done: 'is paused',
    act: ({ client }, run) => pauseRun(client, run),
  },
  {
    name: 'resume',
    description: 'let a paused run go on',
    done: 'goes on',
    act: ({ client }, run) => resumeRun(client, run),
  },
];

/** `mainstay cancel`, `pause`, `resume`. */
export function addSteering(program: Command, cli: Cli): void {
  for (const verb of verbs) {
    const command = program
      .command(`${verb.name} <id>`)
      .description(verb.description)
      .option('--json', 'print one JSON object')
      .action(async (id: string, { json }: { json?: boolean }) => {
        const run = await withSession(cli, async (session) => {
          const found = await findRun(session.client, id);
          if (verb.name !== 'cancel') await answering(session, found);
          await verb.act(session, found);
          return found;
        });
        if (json) return cli.terminal.json({ workflowId: run.workflowId, runId: run.runId, did: verb.name });
        cli.terminal.print(`${run.workflowId} ${verb.done}`);
      });
    withExamples(command, [
      [`mainstay ${verb.name} last`, 'the newest run'],
      [`mainstay ${verb.name} 9f3c2e1`, 'by the start of its commit'],
    ]);
  }
}

/** Sees to it that a live run can take an update: with the embedded server, this process runs the flow for that moment when nobody does. */
export async function answering(session: Session, run: RunSummary): Promise<void> {
  if (!session.embedded || isOver(run.status)) return;
  if (!(await observeRun(session.client, run)).view.answered) await session.serve({ agents: [] });
}
