import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { type Push, pushRerunStart, type PushRerun, pushStart } from '../schemas/starts.ts';

export type StartedOnce = { workflowId: string; outcome: 'started' | 'repeated' };

/** Starts the run for a push, durably; `repeated` when the push has had its run, whatever became of it. */
export async function startPushRun(client: Client, push: Push): Promise<StartedOnce> {
  return await startOnce(client, pushStart(push));
}

/** Does a run that has ended again, as a run of its own; once per delivery. */
export async function startPushRerun(client: Client, rerun: PushRerun): Promise<StartedOnce> {
  return await startOnce(client, pushRerunStart(rerun));
}

async function startOnce(client: Client, { workflowType, options }: ReturnType<typeof pushStart>): Promise<StartedOnce> {
  const { workflowId } = options;
  try {
    await client.workflow.start(workflowType, { ...options, args: [...options.args] });
    return { workflowId, outcome: 'started' };
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return { workflowId, outcome: 'repeated' };
    throw error;
  }
}
