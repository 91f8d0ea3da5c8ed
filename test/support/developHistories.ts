import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';

type Event = temporal.api.history.v1.IHistoryEvent;

/** Follows the histories of a run and of its children as they are written; `onEvents` hears of each transaction's events once. */
export function followHistories(client: Client, workflowId: string, onEvents: (events: Event[], workflowId: string) => void) {
  const over = { value: false };
  const followed: string[] = [];
  const broken: unknown[] = [];

  async function follow(id: string): Promise<void> {
    followed.push(id);
    const place = { namespace: client.options.namespace, execution: { workflowId: id }, waitNewEvent: true };
    for (let nextPageToken: Uint8Array | undefined; !over.value;) {
      const answer = await client.workflowService.getWorkflowExecutionHistory({ ...place, nextPageToken });
      if (over.value) return;
      const events = answer.history?.events ?? [];
      if (events.length > 0) onEvents(events, id);
      for (const { childWorkflowExecutionStartedEventAttributes: child } of events) {
        if (child?.workflowExecution?.workflowId) begin(child.workflowExecution.workflowId);
      }
      if (answer.nextPageToken.length === 0) return;
      nextPageToken = answer.nextPageToken;
    }
  }
  function begin(id: string): void {
    follow(id).catch((error: unknown) => over.value || broken.push(error));
  }

  begin(workflowId);
  return {
    /** Ids of the run and of its children, in the order in which they began. */
    followed,
    /** Ends following; what went wrong meanwhile is thrown. */
    end(): void {
      over.value = true;
      if (broken.length > 0) throw broken[0];
    },
  };
}

/** How often an activity of this name has completed, by the run's history as it is now. */
export async function completed(client: Client, workflowId: string, activity: string): Promise<number> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const scheduled = new Map(
    events?.map(({ eventId, activityTaskScheduledEventAttributes: task }) => [String(eventId), task?.activityType?.name]),
  );
  const ids = events?.flatMap(({ activityTaskCompletedEventAttributes: done }) => (done ? [String(done.scheduledEventId)] : []));
  return ids?.filter((id) => scheduled.get(id) === activity).length ?? 0;
}

/** What runs wait for: pending steps with their attempts and last failures, and tasks of flows that fail. For a test that gives up. */
export async function pendingIn(client: Client, workflowIds: readonly string[]): Promise<string[]> {
  const looks = workflowIds.map(async (id) => {
    const { raw, status } = await client.workflow.getHandle(id).describe();
    const steps = (raw.pendingActivities ?? []).map(
      ({ activityType, attempt, lastFailure }) => `${activityType?.name} (attempt ${attempt}) ${lastFailure?.message ?? ''}`,
    );
    const task = raw.pendingWorkflowTask?.attempt;
    return `${id} ${status.name}: ${[...steps, ...(task ? [`task of the flow (attempt ${task})`] : [])].join(', ')}`;
  });
  return await Promise.all(looks);
}
