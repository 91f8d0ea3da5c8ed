import type { Client } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { failure } from '../schemas/failures.ts';
import type { Decision } from '../schemas/approvals.ts';
import { nearest } from '../schemas/nearest.ts';
import { repositorySlug } from '../schemas/names.ts';
import { PipelineRequest, type PipelineResult } from '../schemas/runPipeline.ts';
import { type DecisionTaken, decideUpdate, pauseUpdate, rerunFromUpdate, resumeUpdate } from '../workflows/messages.ts';
import { startPipeline } from './runPipeline.ts';
import { refuseWhenOver, updating } from './updating.ts';
import { isOver, type RunSummary } from './view.ts';

/** Asks the run to end: what it started is ended, what it changed is undone, then it counts as cancelled. */
export async function cancelRun(client: Client, run: RunSummary): Promise<void> {
  refuseWhenOver(run);
  await client.workflow.getHandle(run.workflowId, run.runId).cancel();
}

/** No new stage starts until `resumeRun`; what runs goes on. */
export async function pauseRun(client: Client, run: RunSummary): Promise<void> {
  refuseWhenOver(run);
  await updating(client, run, (handle) => handle.executeUpdate(pauseUpdate));
}

export async function resumeRun(client: Client, run: RunSummary): Promise<void> {
  refuseWhenOver(run);
  await updating(client, run, (handle) => handle.executeUpdate(resumeUpdate));
}

/** Gives a person's decision; `DecisionRefused` says why it was not taken. */
export async function decide(client: Client, run: RunSummary, decision: Decision): Promise<DecisionTaken> {
  refuseWhenOver(run);
  return await updating(client, run, (handle) => handle.executeUpdate(decideUpdate, { args: [decision] }));
}

export type RerunOrder = {
  stage: string;
  requestedBy?: string;
  approvedBy?: string;
  /** Of the order; a live run that is given the same one again does nothing more. */
  id?: string;
};
export type Rerun = { workflowId: string; runId: string; live: boolean };

/**
 * Does a stage and all that need it again: inside the run while it lives, else as a new run of the same id, input and commit, which
 * reuses every other result. Answers the run to watch.
 */
export async function rerunFrom(client: Client, run: RunSummary, order: RerunOrder): Promise<Rerun> {
  const { workflowId, runId } = run;
  const { stage, requestedBy, approvedBy, id } = order;
  refuseUnlessPipeline(run);
  if (!isOver(run.status)) {
    await updating(client, run, (handle) => handle.executeUpdate(rerunFromUpdate, { args: [{ stage }], updateId: id }));
    return { workflowId, runId, live: true };
  }
  const input = await storedRequest(client, run);
  await checkStage(client, run, stage);
  const commit = input.commit ?? run.commit;
  if (!commit)
    throw failure('InvalidInput', `${workflowId} ended before its commit was known: start it anew with \`mainstay run pipeline\``);
  // An agreement given for the first run is not one for this.
  const request = PipelineRequest.parse({ ...input, commit, fresh: [stage], requestedBy, approvedBy });
  const slug = run.repository || repositorySlug(request.repository);
  const started = await startPipeline(client, { request, slug, commit });
  return { workflowId: started.workflowId, runId: started.runId, live: false };
}

/** The input with which a run was started, from the first event of its history. */
export async function storedRequest(
  client: Client,
  { workflowId, runId }: Pick<RunSummary, 'workflowId' | 'runId'>,
): Promise<PipelineRequest> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: 1,
  });
  const payload = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  const [input] = await decodeArrayFromPayloads(client.options.loadedDataConverter, payload ? [payload] : []);
  return PipelineRequest.parse(input);
}

function refuseUnlessPipeline({ workflowId, flow, shortId }: RunSummary): void {
  if (flow === 'runPipeline') return;
  const instead =
    flow === 'buildFeature'
      ? `has tasks, not stages. While it lives: \`mainstay replan ${shortId} TASK --instruction "…"\` plans a task anew, \`mainstay submit ${shortId} TASK --ref REF\` hands in its result. After its end: the same \`mainstay run develop\` starts it again`
      : 'has no stages: start it again with the same input';
  throw failure('InvalidInput', `${workflowId} ${instead}`);
}

async function checkStage(client: Client, run: RunSummary, stage: string): Promise<void> {
  const result = await client.workflow
    .getHandle(run.workflowId, run.runId)
    .result()
    .then(
      (value) => value as PipelineResult,
      () => undefined,
    );
  const ids = result?.stages.map(({ id }) => id) ?? [];
  if (ids.length > 0 && !ids.some((id) => id === stage || id.startsWith(`${stage}-`))) {
    throw failure('InvalidInput', `${run.workflowId} has no stage ${stage}${nearest(stage, ids)}`);
  }
}
