import type { Command } from 'commander';
import { findRun } from '../../findRun.ts';
import { observeRun } from '../../observe.ts';
import { questionKind } from '../../questions.ts';
import { isOver } from '../../view.ts';
import { type Cli, withSession } from '../context.ts';
import { withExamples } from '../examples.ts';
import { stayWith, tell } from '../foreground.ts';
import { decisionLines } from '../progress/decisions.ts';
import { planLines } from '../progress/plan.ts';
import { renderTree } from '../progress/tree.ts';

/** `mainstay show` and `mainstay watch`: one run, once or until its end. */
export function addShow(program: Command, cli: Cli): void {
  const show = program
    .command('show [id]')
    .description('show one run: its stages or tasks, results and decisions (default: the newest)')
    .option('--json', 'print one JSON object')
    .action(async (id: string | undefined, { json = false }: { json?: boolean }) => {
      await withSession(cli, async (session) => {
        const { view } = await observeRun(session.client, await findRun(session.client, id ?? 'last'));
        if (!json && !isOver(view.status)) {
          const { colours, columns } = cli.terminal;
          const asksAboutPlan = view.requests.some((request) => questionKind(view, request) === 'plan');
          for (const line of renderTree(view, { colours, columns, now: Date.now() })) cli.terminal.print(line);
          if (asksAboutPlan && view.feature?.todoList) for (const line of planLines(view.feature.todoList)) cli.terminal.print(line);
          for (const line of decisionLines(view)) cli.terminal.print(line);
        }
        await tell(cli, session, view, json);
        if (!view.answered) cli.terminal.note('the run does not answer: no worker serves it; start one with `mainstay up`');
      });
    });
  withExamples(show, [
    ['mainstay show', 'the newest run'],
    ['mainstay show 9f3c2e1', 'by the start of its commit'],
    ['mainstay show run-pipeline/acme/shop/9f3c2e1d4b5a --json', 'by its full id, for programs'],
  ]);

  const watch = program
    .command('watch [id]')
    .description('watch a run until it ends; Ctrl-C leaves it running')
    .option('--json', 'print one JSON object at the end')
    .action(async (id: string | undefined, { json = false }: { json?: boolean }) => {
      cli.outcome.code = await withSession(cli, async (session) => {
        const run = await findRun(session.client, id ?? 'last');
        return await stayWith({ cli, session, run, json, onInterrupt: 'leave', mayServe: false });
      });
    });
  withExamples(watch, [
    ['mainstay watch', 'the newest run'],
    ['mainstay watch 9f3c2e1', 'ends with the run’s exit code'],
  ]);
}
