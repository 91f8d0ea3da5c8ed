import type { ConnectionLike } from '@temporalio/client';

const day = 24 * 60 * 60;

/** Seconds that finished runs are kept. Deduplication lives as long as they do, and GitHub redelivers for three days. */
export const shortestRetention = 7 * day;

/** Seconds that a namespace keeps finished runs. */
export async function readRetention(connection: ConnectionLike, namespace: string): Promise<number> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
}

/** Lengthens the retention of an embedded namespace; the dev server has no flag for it and keeps runs for one day. Never shortens. */
export async function keepRunsLongEnough(connection: ConnectionLike, namespace: string): Promise<void> {
  if ((await readRetention(connection, namespace)) >= shortestRetention) return;
  // A copy of Long is not among the dependencies; the wire takes a plain number.
  const seconds = shortestRetention as unknown as Long;
  await connection.workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl: { seconds } } });
}
