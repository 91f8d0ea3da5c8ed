import { getExternalWorkflowHandle, log } from '@temporalio/workflow';
import type { Site } from '../../schemas/solveTask.ts';
import { workProgressedSignal } from '../messages.ts';

/** Lets the run that this work belongs to show where it stands. Nobody waits for it, and a run that is gone does not mind. */
export function tellRun({ run, taskId }: Pick<Site, 'run' | 'taskId'>, headline: string, parkedUntil?: string): void {
  getExternalWorkflowHandle(run)
    .signal(workProgressedSignal, { taskId, headline, parkedUntil })
    .catch((error: unknown) => log.debug('the run was not told', { error }));
}
