import { type Client, type WorkflowExecutionDescription, WorkflowFailedError } from '@temporalio/client';
import { failureMessage, failureType } from '../schemas/failures.ts';
import type { RunState } from '../schemas/runState.ts';
import { stateQuery } from '../workflows/messages.ts';
import { pendingSteps, type PendingStep } from './pending.ts';
import { readRun } from './readRun.ts';
import { summaryOf } from './runs.ts';
import { isOver, type RunSummary, type RunView } from './view.ts';

// A live worker answers a query in milliseconds; without one the server would hold the question.
const answerWithinMs = 3000;

/** A run and the steps under way at this moment. `state`: as a worker told it; not asked for where a recorded result says it all. */
export type Observation = { view: RunView; steps: PendingStep[]; state?: RunState };

/** Looks at a run once: its state from the worker while it lives, its recorded result afterwards. */
export async function observeRun(client: Client, run: { workflowId: string; runId: string }): Promise<Observation> {
  const seen = await look(client, run);
  if (seen.view.result === undefined || seen.view.endedAt !== undefined) return seen;
  // The worker knows of the end a moment before the server has recorded it.
  await untilOver(client, run, AbortSignal.timeout(answerWithinMs)).catch(nothing);
  return await look(client, run);
}

async function look(client: Client, run: { workflowId: string; runId: string }): Promise<Observation> {
  const handle = client.workflow.getHandle(run.workflowId, run.runId);
  const description = await handle.describe();
  const summary = summaryOf(description);
  const steps = await pendingSteps(client.options.loadedDataConverter, description.raw.pendingActivities ?? []);
  if (isOver(summary.status)) {
    const ending = await endingOf(client, run);
    // A cancelled run has no result on the server; its state still answers where a worker is there.
    const state = ending.answer ? undefined : await stateOf(client, run);
    return { view: viewOf({ summary, description, state, ending, steps: [] }), steps: [], state };
  }
  const state = await stateOf(client, run);
  return { view: viewOf({ summary, description, state, steps }), steps, state };
}

/** Waits until the run is over; rejects when `signal` aborts. */
export async function untilOver(client: Client, run: { workflowId: string; runId: string }, signal: AbortSignal): Promise<void> {
  const handle = client.workflow.getHandle(run.workflowId, run.runId);
  await client.connection.withAbortSignal(signal, () =>
    handle.result().then(nothing, (error: unknown) => {
      if (!(error instanceof WorkflowFailedError)) throw error;
    }),
  );
}

type Ending = { answer?: unknown; failure?: { type: string; message: string } };

async function endingOf(client: Client, run: { workflowId: string; runId: string }): Promise<Ending> {
  try {
    return { answer: await client.workflow.getHandle(run.workflowId, run.runId).result() };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    if (error.cause?.name === 'CancelledFailure') return {};
    return { failure: { type: failureType(error) ?? error.cause?.name ?? 'RunFailed', message: failureMessage(error) } };
  }
}

/** The state as a worker tells it; undefined when none answers in time. */
export async function stateOf(client: Client, run: { workflowId: string; runId: string }): Promise<RunState | undefined> {
  try {
    const handle = client.workflow.getHandle(run.workflowId, run.runId);
    return await client.connection.withDeadline(Date.now() + answerWithinMs, () => handle.query(stateQuery));
  } catch {
    // Whatever the reason (no worker, a worker that is just gone): the view says that the run did not answer.
    return undefined;
  }
}

type Parts = {
  summary: RunSummary;
  description: WorkflowExecutionDescription;
  state?: RunState;
  ending?: Ending;
  steps: PendingStep[];
};

function viewOf({ summary, description, state, ending = {}, steps }: Parts): RunView {
  const memo = description.memo ?? {};
  const answer = ending.answer ?? state?.final_result ?? undefined;
  const part = readRun(summary.flow, { answer, state, steps, memo });
  return {
    ...summary,
    status: part.status ?? (summary.status === 'running' && state && state.awaiting.length > 0 ? 'waiting' : summary.status),
    phase: state?.phase ?? summary.phase,
    commit: part.commit ?? summary.commit,
    awaiting: state?.awaiting.map(({ id }) => id) ?? summary.awaiting,
    requestedRef: typeof memo.ref === 'string' ? memo.ref : undefined,
    paused: state?.paused ?? false,
    stages: part.stages,
    tasks: part.tasks,
    feature: part.feature,
    requests: state?.awaiting ?? [],
    decisions: part.decisions ?? state?.decisions ?? [],
    refusals: part.refusals ?? state?.refusals ?? [],
    notices: part.notices ?? [],
    errors: state?.error_log ?? [],
    failure: ending.failure ?? part.failure,
    result: part.result,
    answered: state !== undefined || isOver(summary.status),
  };
}

function nothing(): void {}
