import type { Client } from '@temporalio/client';
import { z } from 'zod';
import { failure } from '../../../schemas/failures.ts';
import { runNamed } from '../api/runNamed.ts';
import type { RunSummary } from '../../view.ts';

/** Id of a run as others name it. No pattern: not every reader of the document knows Unicode's classes. */
export const WorkflowId = z
  .string()
  .min(1)
  .max(1000)
  .refine((id) => !/\p{Cc}/u.test(id), 'is no id: it holds control characters');
/** The id stands at the end of the path, with its slashes. */
export const restIsId = z.object({ '*': WorkflowId });
/** Which run, where the newest of the id is not meant. */
export const ThatRun = z.strictObject({ run_id: z.uuid().optional() });

/** The build of exactly this id; `RunNotFound` also for a run of another flow. */
export async function buildNamed(client: Client, { workflowId, runId }: { workflowId: string; runId?: string }): Promise<RunSummary> {
  const run = await runNamed(client, { workflowId, runId });
  if (run.flow === 'buildFeature') return run;
  throw failure('RunNotFound', `${workflowId} is no build but a run of ${run.flow}: GET /runs/<id> shows it`);
}
