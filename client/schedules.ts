import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { reconcileWebhooksId, taskQueues } from '../schemas/names.ts';
import type { reconcileWebhooks } from '../workflows/reconcileWebhooks.ts';

// GitHub keeps deliveries for three days; people wait minutes.
const defaultEvery = '10 minutes';

/** Makes the schedule that looks for lost webhooks, unless it is there: what operators changed of it is theirs. */
export async function scheduleReconcile(client: Client, every: string = defaultEvery): Promise<'made' | 'there'> {
  try {
    await client.schedule.create({
      scheduleId: reconcileWebhooksId,
      spec: { intervals: [{ every: every as '10 minutes' }] },
      action: {
        type: 'startWorkflow',
        workflowType: 'reconcileWebhooks' satisfies (typeof reconcileWebhooks)['name'],
        workflowId: reconcileWebhooksId,
        taskQueue: taskQueues.orchestration,
        args: [{}],
      },
      // A look that takes longer than the interval is the next one, too.
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 hour' },
    });
    return 'made';
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning) return 'there';
    throw error;
  }
}
