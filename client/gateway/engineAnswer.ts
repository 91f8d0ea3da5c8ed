import { type Client, isGrpcServiceError } from '@temporalio/client';
import { failure, failureType } from '../../schemas/failures.ts';

// Half of the time that GitHub waits for an answer; a healthy server takes milliseconds.
const answerWithinMs = 5_000;
// https://grpc.io/docs/guides/status-codes
const invalidArgument = 3;

/** Asks Temporal something; `EngineUnavailable` when it does not answer in time or refuses us. Failures of the catalogue pass as they are. */
export async function askEngine<T>(client: Client, work: () => Promise<T>, withinMs = answerWithinMs): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + withinMs, work);
  } catch (error) {
    throw translated(error);
  }
}

function translated(error: unknown): unknown {
  if (failureType(error)) return error;
  // The client wraps what the server said, sometimes.
  const cause = isGrpcServiceError(error) ? error : error instanceof Error ? error.cause : undefined;
  if (!isGrpcServiceError(cause)) return error;
  const { code, details }: { code: number; details: string } = cause;
  if (code === invalidArgument) return failure('InvalidInput', `Temporal does not take it: ${details}`, undefined, error);
  return failure('EngineUnavailable', `Temporal does not answer (${details}): see whether it runs, and try again`, undefined, error);
}
