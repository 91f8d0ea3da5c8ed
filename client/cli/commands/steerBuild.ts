import type { Command } from 'commander';
import type { Budget } from '../../../schemas/mind.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import { findRun } from '../../findRun.ts';
import { grantBudget, replanTask, submitTaskResult } from '../../steerBuild.ts';
import type { RunSummary } from '../../view.ts';
import { type Cli, type Session, withSession } from '../context.ts';
import { withExamples } from '../examples.ts';
import { type Limits, limitValue } from '../limits.ts';
import { personName } from '../person.ts';
import { dollars } from '../progress/costs.ts';
import { answering } from './steer.ts';

/** `mainstay grant`, `replan`, `submit`: what a person can do about a build while it lives. */
export function addBuildSteering(program: Command, cli: Cli): void {
  addGrant(program, cli);
  addReplan(program, cli);
  addSubmit(program, cli);
}

function addGrant(program: Command, cli: Cli): void {
  const command = program
    .command('grant <id>')
    .description('add to the budget of a build; work that a limit had stopped goes on')
    .option('--steps <n>', 'steps of its agents', limitValue('steps'))
    .option('--tokens <n>', 'tokens, such as 500k or 2M', limitValue('tokens'))
    .option('--usd <x>', 'US dollars', limitValue('usd'))
    .option('--minutes <n>', 'minutes of work', limitValue('minutes'))
    .option('--json', 'print the budget as one JSON object')
    .action(async (id: string, { json, ...limits }: Limits & { json?: boolean }) => {
      const { run, answer } = await withBuild(cli, id, ({ client }, found) => grantBudget(client, found, { ...limits, by: byOf(cli) }));
      if (json) return cli.terminal.json({ workflowId: run.workflowId, budget: answer });
      cli.terminal.print(`${run.workflowId} may use ${budgetWords(answer)}`);
    });
  withExamples(command, [
    ['mainstay grant last --steps 100', 'the newest build'],
    ['mainstay grant 9f3c2e1 --usd 5 --minutes 60', 'money and time'],
  ]);
}

function addReplan(program: Command, cli: Cli): void {
  const command = program
    .command('replan <id> <task>')
    .description('let the planner write one task of a build anew; what was made for it is given up')
    .requiredOption('--instruction <text>', 'what the task is to be instead')
    .option('--json', 'print one JSON object')
    .action(async (id: string, task: string, { instruction, json }: { instruction: string; json?: boolean }) => {
      const order = { task_id: task, instruction, by: byOf(cli) };
      const { run } = await withBuild(cli, id, ({ client }, found) => replanTask(client, found, order));
      if (json) return cli.terminal.json({ workflowId: run.workflowId, task_id: task });
      cli.terminal.print(`${plainLine(task)} is being planned anew`);
    });
  withExamples(command, [['mainstay replan last t2 --instruction "Use the existing HTTP client"', 'the second task of the newest build']]);
}

function addSubmit(program: Command, cli: Cli): void {
  const command = program
    .command('submit <id> <task>')
    .description('hand in the result of a task that you made yourself; it is proved like any other')
    .requiredOption('--ref <ref>', 'branch, tag or commit of the repository')
    .option('--json', 'print one JSON object')
    .action(async (id: string, task: string, { ref, json }: { ref: string; json?: boolean }) => {
      const order = { task_id: task, ref, by: byOf(cli) };
      const { run, answer } = await withBuild(cli, id, ({ client }, found) => submitTaskResult(client, found, order));
      if (json) return cli.terminal.json({ workflowId: run.workflowId, ...answer });
      cli.terminal.print(`${plainLine(ref)} is taken as the result of ${plainLine(answer.task_id)}, and proved next`);
    });
  withExamples(command, [['mainstay submit last t2 --ref my-branch', 'your branch in place of the agent’s work']]);
}

async function withBuild<T>(
  cli: Cli,
  id: string,
  act: (session: Session, run: RunSummary) => Promise<T>,
): Promise<{ run: RunSummary; answer: T }> {
  return await withSession(cli, async (session) => {
    const run = await findRun(session.client, id);
    await answering(session, run);
    return { run, answer: await act(session, run) };
  });
}

function byOf(cli: Cli): string {
  return `cli:${personName(cli.env)}`;
}

function budgetWords({ steps, tokens, usd, minutes }: Budget): string {
  const money = usd === undefined ? [] : [dollars(usd)];
  return [`${steps} steps`, `${tokens} tokens`, ...money, `${minutes} minutes`].join(', ');
}
