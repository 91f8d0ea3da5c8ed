import type { Client } from '@temporalio/client';
import type { ApprovalRequest } from '../schemas/approvals.ts';
import { observeRun } from './observe.ts';
import { listRuns } from './runs.ts';

/** A question that waits for people, and the run that asks it. */
export type WaitingRequest = { workflowId: string; runId: string; shortId: string; repository: string; request: ApprovalRequest };

// More than a person can look through.
const mostRuns = 200;

/** Everything that waits for a person now, from the runs themselves. */
export async function waitingRequests(client: Client): Promise<WaitingRequest[]> {
  const runs = await listRuns(client, { awaiting: true, limit: mostRuns });
  const views = await Promise.all(runs.map(async (run) => (await observeRun(client, run)).view));
  return views.flatMap(({ workflowId, runId, shortId, repository, requests }) =>
    requests.map((request) => ({ workflowId, runId, shortId, repository, request })),
  );
}
