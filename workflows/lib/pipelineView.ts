import type { RunRecord } from '../../activities/contracts.ts';
import type { PipelinePlan, PipelineResult } from '../../schemas/runPipeline.ts';
import type { RunState } from '../../schemas/runState.ts';
import type { StageGraph } from './stageGraph.ts';

/** The part of a run's state that follows from its stages. */
export function pipelineView(graph: StageGraph, paused: boolean): Partial<RunState<never, never>> {
  const { records } = graph;
  const active = records.filter(({ status }) => status === 'running' || status === 'awaitingApproval');
  const busy = new Set(records.filter(({ status }) => status === 'running').map(({ agent }) => agent));
  return {
    paused,
    subtasks: records.map(({ id, agent, needs }) => ({ id, agent, needs })),
    subtask_status: Object.fromEntries(records.map(({ id, status }) => [id, status])),
    agent_assignments: Object.fromEntries(records.map(({ id, agent }) => [id, agent])),
    agent_status: Object.fromEntries(records.map(({ agent }) => [agent, busy.has(agent) ? 'busy' : 'idle'])),
    partial_results: Object.fromEntries(records.map((record) => [record.id, record])),
    ...(active.length > 0 ? { current_step: active.map(({ id }) => id).join(', ') } : {}),
  };
}

/** What a report needs of the state; the stages stand in the result already. */
export function recordOf(state: RunState): RunRecord['record'] {
  const { task_id, started_at, updated_at, checkpoints, decisions, refusals, error_log } = state;
  return { task_id, started_at, updated_at, checkpoints, decisions, refusals, error_log };
}

type Outcome = {
  plan: PipelinePlan;
  graph: StageGraph;
  state: Pick<RunState, 'decisions' | 'refusals'>;
  cancelled: boolean;
  reverts: string[];
};

/** How the run ended, from how its stages did. */
export function resultOf({ plan, graph, state, cancelled, reverts }: Outcome): PipelineResult {
  const { records } = graph;
  if (cancelled) {
    for (const { id, status } of records)
      if (status === 'pending') graph.change(id, { status: 'cancelled', reason: 'the run was cancelled' });
  }
  const broken = records.find((record) => record.failure && !record.allowFailure);
  return {
    status: cancelled ? 'cancelled' : graph.haltedBy === undefined ? 'passed' : 'failed',
    source: plan.source,
    origin: plan.origin,
    hash: plan.hash,
    stages: [...records],
    notices: [...plan.notices, ...reverts],
    decisions: state.decisions,
    refusals: state.refusals,
    failure: broken?.failure,
  };
}
