import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { failureMessage, failureType } from '../../../schemas/failures.ts';
import type { GitHubRepository } from '../../../schemas/github.ts';
import { pushRunId, searchAttributes } from '../../../schemas/names.ts';
import { CommitSha } from '../../../schemas/nouns.ts';
import type { PipelineRequest } from '../../../schemas/pipelineRequest.ts';
import { tellPullRequest } from '../../deployPullRequest.ts';
import { startPushRerun } from '../../pushRun.ts';
import { summaryOf } from '../../runs.ts';
import { rerunFrom, storedRequest } from '../../steer.ts';
import { isOver, type RunSummary } from '../../view.ts';
import type { CheckName } from './actions.ts';

export type RerunOutcome = {
  workflowId?: string;
  outcome: 'told' | 'over' | 'started' | 'repeated' | 'ignored' | 'refused';
  reason?: string;
};
type Asked = { place: GitHubRepository; delivery: string; by: string };

/** Does the stage of a check again: on the live run, as a run of its own when that has ended, by the entity when it belongs to a pull request. */
export async function rerunCheck(client: Client, { check, place, delivery, by }: Asked & { check: CheckName }): Promise<RerunOutcome> {
  const { workflowId, stage } = check;
  const run = await runOf(client, workflowId);
  if (!run) return { workflowId, outcome: 'ignored', reason: 'unknownRun' };
  const request = await storedRequest(client, run);
  // The name came from outside: it must not reach the run of another repository.
  if (!isAbout(request, place)) return { workflowId, outcome: 'ignored', reason: 'otherRepository' };
  const number = request.github?.pullRequest;
  if (number !== undefined) {
    // GitHub does not list the pull requests of forks.
    const command = { verb: 'rerun' as const, argument: stage };
    const value = { delivery, command, by, association: 'COLLABORATOR', commit: request.commit };
    return await tellPullRequest(client, { place: { ...place, number }, message: { signal: 'commandGiven', value } });
  }
  if (isOver(run.status)) return await again(client, { run, request, fresh: [stage], delivery, by });
  try {
    await rerunFrom(client, run, { stage, requestedBy: `github:${by}`, id: delivery });
    return { workflowId, outcome: 'told' };
  } catch (error) {
    const type = failureType(error);
    if (type !== 'DecisionRefused' && type !== 'InvalidInput') throw error;
    return { workflowId, outcome: 'refused', reason: failureMessage(error) };
  }
}

/** Does the newest push run of a commit again: what passed is reused, what failed is done anew. A live one is left alone. */
export async function rerunCommit(client: Client, { commit, place, delivery, by }: Asked & { commit: string }): Promise<RerunOutcome> {
  const run = await newestPushRun(client, `${place.owner}/${place.repo}`, CommitSha.parse(commit));
  if (!run) return { outcome: 'ignored', reason: 'unknownRun' };
  if (!isOver(run.status)) return { workflowId: run.workflowId, outcome: 'ignored', reason: 'stillRunning' };
  const request = await storedRequest(client, run);
  return await again(client, { run, request, fresh: [], delivery, by });
}

type Again = { run: RunSummary; request: PipelineRequest; fresh: string[]; delivery: string; by: string };

async function again(client: Client, { run, request, fresh, delivery, by }: Again): Promise<RerunOutcome> {
  const commit = request.commit ?? run.commit;
  if (!commit) return { workflowId: run.workflowId, outcome: 'ignored', reason: 'unknownCommit' };
  return await startPushRerun(client, { request, commit, fresh, delivery, requestedBy: `github:${by}` });
}

function isAbout(request: PipelineRequest, { owner, repo }: GitHubRepository): boolean {
  const own = `${request.github?.owner}/${request.github?.repo}`;
  return own.toLowerCase() === `${owner}/${repo}`.toLowerCase();
}

async function runOf(client: Client, workflowId: string): Promise<RunSummary | undefined> {
  try {
    return summaryOf(await client.workflow.getHandle(workflowId).describe());
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

async function newestPushRun(client: Client, slug: string, commit: string): Promise<RunSummary | undefined> {
  const prefix = pushRunId(slug, commit, '');
  const query = `WorkflowType = 'runPipeline' AND ${searchAttributes.commit} = '${commit}'`;
  const found: RunSummary[] = [];
  for await (const run of client.workflow.list({ query })) if (run.workflowId.startsWith(prefix)) found.push(summaryOf(run));
  return found.sort((a, b) => b.startedAt.localeCompare(a.startedAt))[0];
}
