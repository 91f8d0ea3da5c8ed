import { isCancellation } from '@temporalio/workflow';

/** For `promise.then(…, ifCancelled)`: a cancellation is an answer, any other failure is thrown on. */
export function ifCancelled(error: unknown): Error {
  if (error instanceof Error && isCancellation(error)) return error;
  throw error;
}
