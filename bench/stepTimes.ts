import type { Client } from '@temporalio/client';

/** Milliseconds from each question of a loop to the next, over all histories that it went through. */
export async function stepTimes(client: Client, workflowId: string, firstRunId: string): Promise<number[]> {
  const asked: number[] = [];
  for (let runId: string | undefined = firstRunId; runId !== undefined;) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    for (const event of events ?? []) {
      if (event.activityTaskScheduledEventAttributes?.activityType?.name !== 'nextStep') continue;
      asked.push(Number(event.eventTime?.seconds ?? 0) * 1000 + (event.eventTime?.nanos ?? 0) / 1e6);
    }
    runId = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  }
  return asked.slice(1).map((at, i) => at - (asked[i] ?? at));
}
