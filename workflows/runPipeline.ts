import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { PipelinePhase, PipelineRequest, PipelineResult } from '../schemas/runPipeline.ts';
import { agentActivities, reporter } from './lib/agents.ts';
import { approvalGate } from './lib/approval.ts';
import { pauseSwitch } from './lib/pause.ts';
import { pipelineView, recordOf, resultOf } from './lib/pipelineView.ts';
import { StageGraph } from './lib/stageGraph.ts';
import { trackState } from './lib/state.ts';
import { walkGraph } from './lib/walkGraph.ts';

/** Lint, test, build, scan and deploy one commit as the repository's rules say; people agree where the rules ask; a report at the end. */
export async function runPipeline(request: PipelineRequest): Promise<PipelineResult> {
  const run = { graph: new StageGraph([]) };
  const control = pauseSwitch();
  const state = trackState<PipelinePhase, PipelineResult>('planning', () => pipelineView(run.graph, control.paused));
  const gate = approvalGate(state);
  const { source } = agentActivities(request, { timeout: '30 minutes', attempts: 5 });

  const plan = await source.openRun(request);
  run.graph = new StageGraph(plan.stages);
  state.checkpoint('planned');

  state.enter('running', { repo: plan.source.slug, commit: plan.source.commit });
  const fresh = new Set(request.fresh.flatMap((name) => run.graph.from(name).map(({ id }) => id)));
  const cancelled = await walkGraph({ request, plan, graph: run.graph, gate, state, fresh }, control).then(() => undefined, ifCancelled);

  return await CancellationScope.nonCancellable(async () => {
    const result = resultOf({ plan, graph: run.graph, decisions: state.now.decisions, cancelled: cancelled !== undefined });
    result.report = await reporter.writeReport({ record: recordOf(state.now), result });

    state.now.final_result = result;
    state.enter(result.status);
    // The run counts as cancelled on the server too; its result stays in the state.
    if (cancelled) throw cancelled;
    return result;
  });
}

function ifCancelled(error: unknown): Error {
  if (error instanceof Error && isCancellation(error)) return error;
  throw error;
}
