import type { Client } from '@temporalio/client';
import type { Credentials } from '../repository/credentials.ts';
import { parseRepository } from '../repository/location.ts';
import { resolveRef } from '../repository/refs.ts';
import { runPipelineId } from '../schemas/names.ts';
import { PipelineRequest, type PipelineRequestInput } from '../schemas/runPipeline.ts';
import { checkIsolation } from './checkIsolation.ts';
import { parseInput } from './parseInput.ts';
import { type Joined, startOrJoin } from './startOrJoin.ts';

/** A run by its ids. `joined`: it was there before, and still works. */
export type StartedRun = Joined & { commit: string; slug: string };

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
  checkIsolation(asked);
  const { repository, slug } = parseRepository(asked.repository);
  const { commit } = await resolveRef({ repository, ref: asked.commit ?? asked.ref, credentials });
  return { request: parseInput(PipelineRequest, { ...input, repository, commit }), slug, commit };
}

/** Starts a prepared run, or joins the live run of the same commit. */
export async function startPipeline(client: Client, { request, slug, commit }: PreparedRun): Promise<StartedRun> {
  const started = await startOrJoin(client, {
    flow: 'runPipeline',
    workflowId: runPipelineId(slug, commit),
    request,
    slug,
    commit,
    // Planning takes a moment: the flow need not write the phase again.
    phase: 'running',
    summary: `${slug} ${request.ref} @ ${commit.slice(0, 7)}`,
  });
  return { ...started, commit, slug };
}
