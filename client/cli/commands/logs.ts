import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { findRun } from '../../findRun.ts';
import { observeRun } from '../../observe.ts';
import { stepOf } from '../../pending.ts';
import { hasEnded, isOver, type RunView, type StageView } from '../../view.ts';
import { failure } from '../../../schemas/failures.ts';
import { nearest } from '../../../schemas/nearest.ts';
import { type Cli, type Session, withSession } from '../context.ts';
import { withExamples } from '../examples.ts';
import { newPart, remainder } from '../logTail.ts';
import { sanitise } from '../sanitise.ts';
import { printProof, printTask } from '../taskLog.ts';

type LogsOptions = { follow?: boolean };

/** `mainstay logs`: what the commands of a stage printed, or what proves a task. */
export function addLogs(program: Command, cli: Cli): void {
  const command = program
    .command('logs [id] [part]')
    .description('print what a stage’s commands printed, or the proof of a build’s task (default: all of the newest run)')
    .option('-f, --follow', 'go on until the stage or task ends')
    .action(async (id: string | undefined, stage: string | undefined, options: LogsOptions) => {
      await withSession(cli, (session) => printLogs(cli, session, { id: id ?? 'last', stage, ...options }));
    });
  withExamples(command, [
    ['mainstay logs', 'every stage of the newest run'],
    ['mainstay logs 9f3c2e1 test', 'one stage'],
    ['mainstay logs last test -f', 'while it runs'],
    ['mainstay logs last t2', 'one task of a build: its test report and the log of its proof'],
  ]);
}

async function printLogs(cli: Cli, session: Session, order: { id: string; stage?: string } & LogsOptions): Promise<void> {
  const run = await findRun(session.client, order.id);
  const { view } = await observeRun(session.client, run);
  if (run.flow !== 'runPipeline') return await printTasks(cli, session, view, order);
  const chosen = view.stages.filter(({ id }) => order.stage === undefined || id === order.stage || id.startsWith(`${order.stage}-`));
  if (chosen.length === 0) throw noStage(run.workflowId, order.stage, view.stages);
  for (const stage of chosen) {
    if (chosen.length > 1) cli.terminal.print(cli.terminal.colours.bold(`== ${stage.id} (${stage.status})`));
    await printStage(cli, session, { run, stage, follow: order.follow ?? false });
  }
}

/** The proof of one task, or of all; `result` is that of all together. */
async function printTasks(
  cli: Cli,
  session: Session,
  view: RunView,
  { stage: wanted, follow = false }: { stage?: string } & LogsOptions,
): Promise<void> {
  const { tasks, feature } = view;
  const all = view.flow === 'buildFeature' ? tasks : [];
  const chosen = all.filter(({ id }) => wanted === undefined || id === wanted);
  const together = feature?.proof !== undefined && (wanted === undefined || wanted === 'result');
  if (chosen.length === 0 && !together) throw noTask(view, wanted);
  const head = (name: string) => cli.terminal.print(cli.terminal.colours.bold(`== ${name}`));
  for (const task of chosen) {
    if (chosen.length > 1 || together) head(`${task.id} (${task.phase})`);
    await printTask(cli, session, { run: view, task, follow });
  }
  if (!together) return;
  if (chosen.length > 0) head('result');
  await printProof(cli, 'result', feature.proof);
}

type StageOrder = { run: { workflowId: string; runId: string }; stage: StageView; follow: boolean };

async function printStage(cli: Cli, session: Session, { run, stage, follow }: StageOrder): Promise<void> {
  const printed = { last: '' };
  for (;;) {
    const { view, steps } = await observeRun(session.client, run);
    const now = view.stages.find(({ id }) => id === stage.id) ?? stage;
    if (hasEnded(now) || isOver(view.status)) return await printWhole(cli, now, printed.last);
    const tail = stepOf(now, steps)?.tail ?? '';
    show(cli, newPart(printed.last, tail));
    printed.last = tail;
    if (!follow || cli.interrupted.aborted) return cli.terminal.note(`${stage.id} is ${now.status}; these are its last lines (-f follows)`);
    await sleep(500, undefined, { signal: cli.interrupted }).catch(() => undefined);
  }
}

async function printWhole(cli: Cli, { id, status, result }: StageView, last: string): Promise<void> {
  if (!result?.log) return cli.terminal.note(`${id} ${status} and has no log`);
  const store = await cli.composition.store();
  show(cli, remainder(Buffer.from(await store.get(result.log)).toString('utf8'), last));
}

function show({ terminal }: Cli, text: string): void {
  if (text === '') return;
  const clean = sanitise(text, { colours: terminal.colours.isColorSupported });
  terminal.write(clean.endsWith('\n') ? clean : `${clean}\n`);
}

function noTask({ workflowId, tasks }: RunView, wanted: string | undefined) {
  if (tasks.length === 0)
    return failure('RunNotFound', `${workflowId} has no tasks with a proof, or no worker answers for it (\`mainstay up\`)`);
  const ids = [...tasks.map(({ id }) => id), 'result'];
  return failure('InvalidInput', `${workflowId} has no task ${wanted}${nearest(wanted ?? '', ids)}`);
}

function noStage(workflowId: string, wanted: string | undefined, stages: readonly StageView[]) {
  if (stages.length === 0) return failure('RunNotFound', `${workflowId} has no stages yet, or no worker answers for it (\`mainstay up\`)`);
  const ids = stages.map(({ id }) => id);
  return failure('InvalidInput', `${workflowId} has no stage ${wanted}${nearest(wanted ?? '', ids)}`);
}
