import { setTimeout as sleep } from 'node:timers/promises';
import type { Proof } from '../../schemas/debugFailure.ts';
import { plainLine } from '../../schemas/plainText.ts';
import type { TestReport, TestRun } from '../../schemas/testReport.ts';
import { observeRun } from '../observe.ts';
import { isOver, taskHasEnded, type TaskView } from '../view.ts';
import type { Cli, Session } from './context.ts';
import { reportIn, textIn } from './evidence.ts';
import { taskStory } from './progress/taskWords.ts';
import { sanitise } from './sanitise.ts';

type TaskOrder = { run: { workflowId: string; runId: string }; task: TaskView; follow: boolean };

/** Prints the newest proof of a task: its report and what its tests printed. With `follow` first what the task's agents do, until it ends. */
export async function printTask(cli: Cli, session: Session, { run, task, follow }: TaskOrder): Promise<void> {
  const told = { story: '' };
  for (;;) {
    const { view } = await observeRun(session.client, run);
    const now = view.tasks.find(({ id }) => id === task.id) ?? task;
    const done = taskHasEnded(now) || isOver(view.status);
    const story = taskStory(now, Date.now());
    if (!done && story !== told.story) cli.terminal.note(`${now.id} · ${story}`);
    told.story = story;
    if (done || !follow || cli.interrupted.aborted) return await printProof(cli, now.id, now.proof);
    await sleep(500, undefined, { signal: cli.interrupted }).catch(() => undefined);
  }
}

/** Prints a proof: the report's lines, then the log. */
export async function printProof(cli: Cli, name: string, proof: Proof | undefined): Promise<void> {
  if (!proof) return cli.terminal.note(`${name} has no proof yet`);
  const store = await cli.composition.store();
  const report = await reportIn(store, proof.report);
  for (const line of report ? reportLines(report) : [plainLine(proof.verdict)]) cli.terminal.print(line);
  const log = proof.log && (await textIn(store, proof.log));
  if (log === undefined) return cli.terminal.note(proof.log ? `the log of ${name} is in the store of other workers` : `${name} has no log`);
  const clean = sanitise(log, { colours: cli.terminal.colours.isColorSupported });
  cli.terminal.write(clean.endsWith('\n') ? clean : `${clean}\n`);
}

/** A test report as lines: verdict, each run with the tests that did not pass, why it was refused. */
export function reportLines({ verdict, commands, before, after, regression, refusals, environment }: TestReport): string[] {
  return [
    plainLine(verdict, 1000),
    ...commands.map((command) => `  $ ${plainLine(command, 500)}`),
    ...runLines('without the change', before),
    ...runLines('with the change', after),
    ...runLines('the repository’s own tests', regression),
    ...refusals.map(({ rule, path, message }) => `  ${plainLine(`refused (${rule}): ${path}: ${message}`, 500)}`),
    `  isolation: ${plainLine([environment.isolation, 'no network', ...environment.notices].join('; '), 1000)}`,
  ];
}

function runLines(what: string, run: TestRun | undefined): string[] {
  if (!run) return [];
  const { passed, failed, skipped } = run.summary;
  const ended = run.ended_by === undefined ? '' : `, ended by ${run.ended_by}`;
  return [
    `  ${what} (${run.commit.slice(0, 12)}): ${passed} passed, ${failed} failed, ${skipped} skipped${ended}`,
    ...run.outcomes
      .filter(({ status }) => status !== 'passed')
      .map(({ name, status, message }) => `    ${plainLine(`${status}: ${name}${message ? `: ${message.split('\n')[0]}` : ''}`, 300)}`),
  ];
}
