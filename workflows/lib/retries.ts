import { ActivityFailure, TimeoutFailure } from '@temporalio/common';

// Losing its worker is no fault of the step: it does not count as one of its tries. The cap only ends what kills every worker it meets.
const lostWorkers = 10;

/** Does a step again when its worker was lost (no heartbeat) although Temporal's own attempts are used up. */
export async function outlivingWorkers<T>(step: () => Promise<T>, note: (error: unknown) => void): Promise<T> {
  for (let lost = 0; ; lost++) {
    try {
      return await step();
    } catch (error) {
      if (!isLostWorker(error) || lost === lostWorkers) throw error;
      note(error);
    }
  }
}

function isLostWorker(error: unknown): boolean {
  return error instanceof ActivityFailure && error.cause instanceof TimeoutFailure && error.cause.timeoutType === 'HEARTBEAT';
}
