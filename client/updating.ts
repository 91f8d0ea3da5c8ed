import { type Client, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { failure, failureMessage, failureType } from '../schemas/failures.ts';
import { isOver, type RunSummary } from './view.ts';

// An update waits for a worker; when none serves the run, a person should learn that soon.
const answerWithinMs = 15_000;

/** `DecisionRefused` for a run that has ended. */
export function refuseWhenOver(run: RunSummary): void {
  if (isOver(run.status))
    throw failure('DecisionRefused', `${run.workflowId} has ended (${run.status}); nothing of it can be changed any more`);
}

/** Sends a run an update; its refusals keep their type, and `EngineUnavailable` says that no worker answers. */
export async function updating<T>(
  client: Client,
  run: RunSummary,
  update: (handle: ReturnType<Client['workflow']['getHandle']>) => Promise<T>,
): Promise<T> {
  const handle = client.workflow.getHandle(run.workflowId, run.runId);
  try {
    return await client.connection.withDeadline(Date.now() + answerWithinMs, () => update(handle));
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) throw failure(failureType(error) ?? 'DecisionRefused', failureMessage(error));
    if (error instanceof WorkflowNotFoundError) throw failure('DecisionRefused', `${run.workflowId} has ended meanwhile`);
    if (error instanceof Error && error.name === 'WorkflowUpdateRPCTimeoutOrCancelledError') {
      throw failure(
        'EngineUnavailable',
        `${run.workflowId} does not answer: no worker serves it; start one with \`mainstay up\` or \`mainstay worker\``,
      );
    }
    throw error;
  }
}
