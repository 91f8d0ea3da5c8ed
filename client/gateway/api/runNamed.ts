import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { failure } from '../../../schemas/failures.ts';
import { isFlow, summaryOf } from '../../runs.ts';
import type { RunSummary } from '../../view.ts';
import { askEngine } from '../engineAnswer.ts';

/** The run of exactly this id; `RunNotFound` also for what is no run: a lock, a schedule's, somebody else's workflow. */
export async function runNamed(client: Client, { workflowId, runId }: { workflowId: string; runId?: string }): Promise<RunSummary> {
  const run = await askEngine(client, async () => {
    try {
      return summaryOf(await client.workflow.getHandle(workflowId, runId).describe());
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  });
  if (run && isFlow(run.flow)) return run;
  throw failure('RunNotFound', `no run has the id ${workflowId}: GET /runs lists them`);
}
