import { workflowInfo } from '@temporalio/workflow';
import type { PipelinePlan, PipelineRequest, PipelineResult } from '../../schemas/runPipeline.ts';
import type { RunNews } from '../../schemas/runNews.ts';
import { repositorySlug } from '../../schemas/names.ts';
import type { StageGraph } from './stageGraph.ts';
import type { StateTracker } from './state.ts';

type Run = { request: PipelineRequest; plan: PipelinePlan; graph: StageGraph; state: StateTracker<string, unknown> };

/** All that people outside are told, as it stands now. */
export function newsOf({ request, plan, graph, state }: Run, result: PipelineResult | undefined): RunNews {
  const { now } = state;
  const { repository, slug, ref, branch, commit } = plan.source;
  return {
    ...frame(request),
    revision: graph.revision + state.revision,
    status: result?.status ?? 'running',
    source: { repository, slug, ref, branch, commit },
    stages: [...graph.records],
    notices: plan.notices,
    awaiting: now.awaiting,
    decisions: now.decisions,
    refusals: now.refusals,
    notify: plan.rules.notify,
    people: plan.rules.people,
    environments: plan.rules.environments,
    notifyOnSuccess: plan.notifyOnSuccess,
    failure: result?.failure,
    report: result?.report,
    updatedAt: now.updated_at,
  };
}

/** What is told when a run could not even be planned: its configuration is wrong, or its commit is gone. */
export function newsOfRefusal(request: PipelineRequest, failure: { type: string; message: string }): RunNews | undefined {
  const { repository, ref, branch, commit, github } = request;
  if (commit === undefined) return undefined;
  return {
    ...frame(request),
    revision: Number.MAX_SAFE_INTEGER,
    status: 'failed',
    source: { repository, slug: github ? `${github.owner}/${github.repo}` : repositorySlug(repository), ref, branch, commit },
    stages: [],
    notices: [],
    awaiting: [],
    decisions: [],
    refusals: [],
    people: {},
    environments: {},
    notify: undefined,
    notifyOnSuccess: false,
    failure,
    updatedAt: new Date().toISOString(),
  };
}

function frame({ github, authors, event, review, correlation }: PipelineRequest) {
  const { workflowId, runId, firstExecutionRunId, startTime } = workflowInfo();
  const key = `${workflowId}/${firstExecutionRunId}`;
  return { workflowId, runId, key, place: github, authors, event, review, correlation, startedAt: startTime.toISOString() };
}
