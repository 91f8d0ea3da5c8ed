import type { Client } from '@temporalio/client';
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import type { Credentials } from '../repository/credentials.ts';
import { parseRepository } from '../repository/location.ts';
import { resolveRef } from '../repository/refs.ts';
import { failure } from '../schemas/failures.ts';
import { runPipelineId, searchAttributes, taskQueues } from '../schemas/names.ts';
import { PipelineRequest, type PipelineRequestInput } from '../schemas/runPipeline.ts';
import type { runPipeline } from '../workflows/runPipeline.ts';
import { parseInput } from './parseInput.ts';

/** A run by its ids. `joined`: it was there before, and still works. */
export type StartedRun = { workflowId: string; runId: string; joined: boolean; commit: string; slug: string };

/** A run that can be started: its input with the commit that the ref means now. */
export type PreparedRun = { request: PipelineRequest; slug: string; commit: string };

/**
 * Checks an input and finds its commit, without a server; `credentials` open repositories that are not public. Fails with `InvalidInput`,
 * `IsolationUnavailable` and the failures of `resolveRef`.
 */
export async function preparePipeline(
  input: PipelineRequestInput,
  { credentials }: { credentials?: Credentials } = {},
): Promise<PreparedRun> {
  const asked = parseInput(PipelineRequest, input);
  if (asked.isolation === 'process' && !asked.trusted) {
    throw failure(
      'IsolationUnavailable',
      "isolation=process runs the repository's code with your rights: pass --trust if you trust this repository, or choose docker or bubblewrap",
    );
  }
  const { repository, slug } = parseRepository(asked.repository);
  const { commit } = await resolveRef({ repository, ref: asked.commit ?? asked.ref, credentials });
  return { request: parseInput(PipelineRequest, { ...input, repository, commit }), slug, commit };
}

/** Starts a prepared run, or joins the live run of the same commit. */
export async function startPipeline(client: Client, { request, slug, commit }: PreparedRun): Promise<StartedRun> {
  const workflowId = runPipelineId(slug, commit);
  const before = await liveRunId(client, workflowId);
  const handle = await client.workflow.start<typeof runPipeline>('runPipeline', {
    workflowId,
    taskQueue: taskQueues.orchestration,
    args: [request],
    // The same commit again: a live run is joined, a finished one is followed by a new one.
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    typedSearchAttributes: attributesOf({ slug, commit, correlation: request.correlation }),
    memo: { repository: request.repository, ref: request.ref, requestedBy: request.requestedBy ?? null },
    staticSummary: `${slug} ${request.ref} @ ${commit.slice(0, 7)}`,
  });
  const runId = handle.firstExecutionRunId;
  return { workflowId, runId, joined: runId === before, commit, slug };
}

/** What a run is found by from its first moment. Planning takes a moment: by `running` the flow need not write the phase again. */
export function attributesOf({ slug, commit, correlation }: { slug: string; commit: string; correlation?: string }): TypedSearchAttributes {
  return new TypedSearchAttributes([
    keyword(searchAttributes.repo, slug),
    keyword(searchAttributes.commit, commit),
    keyword(searchAttributes.phase, 'running'),
    ...(correlation === undefined ? [] : [keyword(searchAttributes.correlation, correlation)]),
  ]);
}

function keyword(name: string, value: string) {
  return { key: defineSearchAttributeKey(name, 'KEYWORD'), value };
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
