import type { Client } from '@temporalio/client';
import { SubmittedResult } from '../schemas/buildFeature.ts';
import { failure } from '../schemas/failures.ts';
import { type Budget, BudgetGrant } from '../schemas/mind.ts';
import { grantBudgetUpdate, replanTaskUpdate, submitTaskResultUpdate } from '../workflows/messages.ts';
import { parseInput } from './parseInput.ts';
import { refuseWhenOver, updating } from './updating.ts';
import type { RunSummary } from './view.ts';

/** Adds to a build's budget; answers what it is now. Work that a limit had stopped goes on. */
export async function grantBudget(client: Client, run: RunSummary, grant: Partial<BudgetGrant> & { by: string }): Promise<Budget> {
  const given = parseInput(BudgetGrant, grant);
  if (given.steps + given.tokens + given.usd + given.minutes === 0)
    throw failure('InvalidInput', 'grant: say how much more of what: steps, tokens, usd or minutes');
  refuseUnlessBuild(run);
  return await updating(client, run, (handle) => handle.executeUpdate(grantBudgetUpdate, { args: [given] }));
}

// A refusal is there at once; a model may think for minutes, for which nobody should have to wait.
const refusedWithinMs = 1_000;

/** Lets the planner write one task anew, what was made for it is given up; resolves when the build has taken the order. */
export async function replanTask(
  client: Client,
  run: RunSummary,
  order: { task_id: string; instruction: string; by: string },
): Promise<void> {
  if (order.instruction.trim() === '') throw failure('InvalidInput', 'instruction: say what the task is to be instead');
  refuseUnlessBuild(run);
  await updating(client, run, async (handle) => {
    const update = await handle.startUpdate(replanTaskUpdate, { args: [order], waitForStage: 'ACCEPTED' });
    const soon = new Promise<void>((resolve) => setTimeout(resolve, refusedWithinMs).unref());
    await Promise.race([update.result(), soon]);
  });
}

/** Hands in a task's result that somebody else made: a branch, tag or commit of the repository, which is proved like any other. */
export async function submitTaskResult(
  client: Client,
  run: RunSummary,
  result: SubmittedResult,
): Promise<{ task_id: string; taken: true }> {
  const given = parseInput(SubmittedResult, result);
  refuseUnlessBuild(run);
  return await updating(client, run, (handle) => handle.executeUpdate(submitTaskResultUpdate, { args: [given] }));
}

function refuseUnlessBuild(run: RunSummary): void {
  if (run.flow !== 'buildFeature')
    throw failure('InvalidInput', `${run.workflowId} is no build (${run.flow}): it has neither tasks nor a budget`);
  refuseWhenOver(run);
}
