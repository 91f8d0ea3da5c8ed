import { CancellationScope } from '@temporalio/workflow';
import type { PipelinePhase, PipelinePlan, PipelineRequest, PipelineResult } from '../schemas/runPipeline.ts';
import { agentActivities, reporter } from './lib/agents.ts';
import { announce, announceRefusal } from './lib/announce.ts';
import { approvalGate } from './lib/approval.ts';
import { ifCancelled } from './lib/ifCancelled.ts';
import { runLocks } from './lib/locks.ts';
import { pauseSwitch } from './lib/pause.ts';
import { pipelineView, recordOf, resultOf } from './lib/pipelineView.ts';
import { proposeReverts } from './lib/revert.ts';
import { StageGraph } from './lib/stageGraph.ts';
import { trackState } from './lib/state.ts';
import { walkGraph } from './lib/walkGraph.ts';

/** Lint, test, build, scan and deploy one commit as the repository's rules say; people are told, and agree where the rules ask; a report at the end. */
export async function runPipeline(request: PipelineRequest): Promise<PipelineResult> {
  const run = { graph: new StageGraph([]) };
  const control = pauseSwitch();
  const state = trackState<PipelinePhase, PipelineResult>('planning', () => pipelineView(run.graph, control.paused));
  const gate = approvalGate(state, { authors: request.authors, earlier: request.earlierApprovals });
  const locks = runLocks(state);

  const plan = await planned(request);
  run.graph = new StageGraph(plan.stages);
  state.checkpoint('planned');
  const news = announce({ request, plan, graph: run.graph, state });

  state.enter('running', { repo: plan.source.slug, commit: plan.source.commit });
  const fresh = new Set(request.fresh.flatMap((name) => run.graph.from(name).map(({ id }) => id)));
  const cancelled = await walkGraph({ request, plan, graph: run.graph, gate, locks, state, fresh }, control).then(
    () => undefined,
    ifCancelled,
  );

  return await CancellationScope.nonCancellable(async () => {
    const reverts = await proposeReverts({ request, plan, graph: run.graph, state });
    const result = resultOf({ plan, graph: run.graph, state: state.now, cancelled: cancelled !== undefined, reverts });
    result.report = await reporter.writeReport({ record: recordOf(state.now), result });

    state.now.final_result = result;
    state.enter(result.status);
    await news.finish(result);
    // The run counts as cancelled on the server too; its result stays in the state.
    if (cancelled) throw cancelled;
    return result;
  });
}

async function planned(request: PipelineRequest): Promise<PipelinePlan> {
  const { source } = agentActivities(request, { timeout: '30 minutes', attempts: 5 });
  try {
    return await source.openRun(request);
  } catch (error) {
    await announceRefusal(request, error);
    throw error;
  }
}
