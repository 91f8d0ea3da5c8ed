import type { Client } from '@temporalio/client';
import { expect } from 'vitest';

/** Looks at every run of a workflow that went on as new: none has a failed workflow task. Answers how many runs there were. */
export async function expectNoFailedTask(client: Client, workflowId: string): Promise<number> {
  let runId: string | undefined = (await client.workflow.getHandle(workflowId).describe()).raw.workflowExecutionInfo?.firstRunId ?? '';
  for (let runs = 1; ; runs++) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    // UNHANDLED_COMMAND, 1: a message came while the last step was on its way; the server asks once more.
    const bad = (events ?? []).filter(
      ({ workflowTaskFailedEventAttributes: failed, workflowTaskTimedOutEventAttributes: late }) =>
        late || (failed && Number(failed.cause) !== 1),
    );
    expect(bad).toEqual([]);
    runId = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
    if (!runId) return runs;
  }
}
