import { workflowInfo } from '@temporalio/workflow';
import type { PipelinePlan, PipelineRequest, StageRecord } from '../../schemas/runPipeline.ts';
import type { Stage, StageTask } from '../../schemas/stage.ts';
import type { ApprovalGate } from './approval.ts';
import type { RunLocks } from './locks.ts';
import type { StageGraph } from './stageGraph.ts';
import type { StateTracker } from './state.ts';

/** All that a stage needs to know about its run. */
export type StageContext = {
  request: PipelineRequest;
  plan: PipelinePlan;
  graph: StageGraph;
  gate: ApprovalGate;
  locks: RunLocks;
  state: StateTracker<string, unknown>;
  /** Stages whose kept results must not be reused. */
  fresh: Set<string>;
};

/** The next try of a stage. Its number is in the record before the work is asked for. */
export function taskFor({ request, plan, graph, fresh }: StageContext, stage: Stage): StageTask {
  const iteration = graph.record(stage.id).iteration + 1;
  graph.change(stage.id, { iteration });
  return {
    source: plan.source,
    stage,
    needs: Object.fromEntries(stage.needs.map((id) => [id, essence(graph.record(id))])),
    rules: plan.rules,
    isolation: request.isolation === 'auto' ? (plan.rules.isolation ?? 'auto') : request.isolation,
    iteration,
    effectKey: effectKey(`${stage.id}/${iteration}`),
    reuse: request.reuse && stage.cache && iteration === 1 && !fresh.has(stage.id),
  };
}

/** Names an effect of this run on the outside; the same for every attempt, different for every intended repetition. */
export function effectKey(step: string): string {
  const { workflowId, firstExecutionRunId } = workflowInfo();
  return `${workflowId}/${firstExecutionRunId}/${step}`;
}

function essence({ status, result }: StageRecord): StageTask['needs'][string] {
  return { passed: status === 'passed', digest: result?.digest ?? status, artifacts: result?.artifacts ?? [] };
}
