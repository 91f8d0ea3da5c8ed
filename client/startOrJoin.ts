import type { Client } from '@temporalio/client';
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import { searchAttributes, taskQueues } from '../schemas/names.ts';

/** A flow's start: `phase` is the one that it begins in, so that it need not write it again. */
export type FlowStart = {
  flow: string;
  workflowId: string;
  request: { repository?: string; ref: string; requestedBy?: string; correlation?: string };
  slug: string;
  commit?: string;
  phase: string;
  /** One line for Temporal's lists. */
  summary: string;
};

/** A run by its ids. `joined`: it was there before, and still works. */
export type Joined = { workflowId: string; runId: string; joined: boolean };

/** Starts a flow, or joins the live run of the same id: the same work again is not done twice at a time, but again once it has ended. */
export async function startOrJoin(client: Client, { flow, workflowId, request, slug, commit, phase, summary }: FlowStart): Promise<Joined> {
  const before = await liveRunId(client, workflowId);
  const handle = await client.workflow.start(flow, {
    workflowId,
    taskQueue: taskQueues.orchestration,
    args: [request],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    typedSearchAttributes: attributesOf({ repo: slug, commit, phase, correlation: request.correlation }),
    memo: { repository: request.repository ?? null, ref: request.ref, requestedBy: request.requestedBy ?? null },
    staticSummary: summary,
  });
  const runId = handle.firstExecutionRunId;
  return { workflowId, runId, joined: runId === before };
}

/** What a run is found by from its first moment. */
export function attributesOf(values: Partial<Record<keyof typeof searchAttributes, string>>): TypedSearchAttributes {
  return new TypedSearchAttributes(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined
        ? []
        : [{ key: defineSearchAttributeKey(searchAttributes[name as keyof typeof searchAttributes], 'KEYWORD'), value }],
    ),
  );
}

async function liveRunId(client: Client, workflowId: string): Promise<string | undefined> {
  try {
    const { runId, status } = await client.workflow.getHandle(workflowId).describe();
    return status.name === 'RUNNING' ? runId : undefined;
  } catch (error) {
    if (error instanceof Error && error.name === 'WorkflowNotFoundError') return undefined;
    throw error;
  }
}
