import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { deployPullRequestId } from '../schemas/names.ts';
import { type PullRequestMessage, type PullRequestPlace, pullRequestStart } from '../schemas/starts.ts';

type Telling = {
  place: PullRequestPlace;
  message: PullRequestMessage;
  /** Whether the entity is started where it does not live; `reopened`: also after it has completed. Default: unless it has completed. */
  start?: 'never' | 'unlessOver' | 'reopened';
};

export type Told = { workflowId: string; outcome: 'told' | 'over' };

/**
 * Tells a pull request's entity something, durably; starts it where it does not live. `over`: nobody is there to be told, as the pull request
 * was closed (or never known). The same delivery again does nothing more: the entity drops it.
 */
export async function tellPullRequest(client: Client, { place, message, start = 'unlessOver' }: Telling): Promise<Told> {
  const workflowId = deployPullRequestId(place);
  try {
    if (start === 'never') {
      await client.workflow.getHandle(workflowId).signal(message.signal, message.value);
    } else {
      const { workflowType, options } = pullRequestStart({ place, message, reopened: start === 'reopened' });
      await client.workflow.signalWithStart(workflowType, { ...options, args: [...options.args], signalArgs: [...options.signalArgs] });
    }
    return { workflowId, outcome: 'told' };
  } catch (error) {
    const over = error instanceof WorkflowExecutionAlreadyStartedError || error instanceof WorkflowNotFoundError;
    if (over) return { workflowId, outcome: 'over' };
    throw error;
  }
}
