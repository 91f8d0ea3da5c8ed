import type { Client } from '@temporalio/client';
import { replanTaskUpdate } from '../../../workflows/messages.ts';
import { refuseWhenOver, updating } from '../../updating.ts';
import type { RunSummary } from '../../view.ts';

// A refusal is there at once; a model may think for minutes, which no caller should wait for.
const refusedWithinMs = 1_000;

/** Gives a build the order to plan a task anew; resolves when it has taken it. Fails with `DecisionRefused` and its reason when it does not. */
export async function beginReplan(
  client: Client,
  run: RunSummary,
  order: { task_id: string; instruction: string; by: string },
): Promise<void> {
  refuseWhenOver(run);
  await updating(client, run, async (handle) => {
    const update = await handle.startUpdate(replanTaskUpdate, { args: [order], waitForStage: 'ACCEPTED' });
    const soon = new Promise<void>((resolve) => setTimeout(resolve, refusedWithinMs).unref());
    await Promise.race([update.result(), soon]);
  });
}
