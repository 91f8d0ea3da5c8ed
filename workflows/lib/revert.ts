import { isCancellation } from '@temporalio/workflow';
import type { PipelinePlan, PipelineRequest } from '../../schemas/runPipeline.ts';
import { effectKey } from './stageTask.ts';
import { agentActivities } from './agents.ts';
import { outlivingWorkers } from './retries.ts';
import type { StageGraph } from './stageGraph.ts';
import type { StateTracker } from './state.ts';

type Run = { request: PipelineRequest; plan: PipelinePlan; graph: StageGraph; state: StateTracker<string, unknown> };

/** Opens a pull request that takes back a push whose release was rolled back, where the environment's rules ask for it. Answers what to tell. */
export async function proposeReverts({ request, plan, graph, state }: Run): Promise<string[]> {
  const { github: place, event } = request;
  const { source, rules, stages } = plan;
  const rolledBack = graph.records.find(({ id, failure }) => {
    const environment = stages.find((stage) => stage.id === id)?.environment;
    return failure?.type === 'UnhealthyRelease' && environment !== undefined && rules.environments[environment]?.revert === true;
  });
  if (!rolledBack || !place || event !== 'push' || source.branch === undefined) return [];

  const { github } = agentActivities(request, { timeout: '10 minutes', attempts: 5 });
  const order = {
    place,
    commit: source.commit,
    before: request.base,
    branch: source.branch,
    reason: rolledBack.reason ?? 'its release was rolled back',
  };
  try {
    const { number, url } = await outlivingWorkers(
      () => github.openRevert({ ...order, key: effectKey('revert') }),
      (error) => state.error('revert', error),
    );
    state.checkpoint('revert proposed');
    return [`#${number} takes the push back: ${url}`];
  } catch (error) {
    if (isCancellation(error)) throw error;
    state.error('revert', error);
    return ['no pull request that takes the push back could be opened; the record says why'];
  }
}
