import { type Client, isGrpcServiceError, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { failure, failureMessage, failureType } from '../../schemas/failures.ts';

// An update waits for a worker of the flow; the activity around it has a little more.
const answerWithinMs = 15_000;
// INVALID_ARGUMENT of https://grpc.io/docs/guides/status-codes
const refusedForGood: readonly number[] = [3];

/** Asks Temporal something. What a workflow refused comes as its own failure; `EngineUnavailable` when nothing answers in time. */
export async function askEngine<T>(client: Client, work: () => Promise<T>): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + answerWithinMs, work);
  } catch (error) {
    throw translated(error);
  }
}

function translated(error: unknown): unknown {
  if (error instanceof WorkflowUpdateFailedError) {
    const type = failureType(error);
    // Without a type of ours the workflow ended or went on as new before it could answer: asked again, its successor does.
    return failure(type ?? 'EngineUnavailable', failureMessage(error), undefined, error);
  }
  if (failureType(error)) return error;
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return failure(
      'EngineUnavailable',
      'no worker of the flows answers: start one with `mainstay up` or `mainstay worker`',
      undefined,
      error,
    );
  }
  const cause = isGrpcServiceError(error) ? error : error instanceof Error ? error.cause : undefined;
  if (!isGrpcServiceError(cause)) return error;
  if (refusedForGood.includes(cause.code)) return failure('InvalidInput', `Temporal does not take it: ${cause.details}`, undefined, error);
  return failure('EngineUnavailable', `Temporal does not answer (${cause.details}): see whether it runs`, undefined, error);
}
