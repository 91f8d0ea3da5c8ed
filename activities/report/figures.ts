import { metricMeter } from '@temporalio/activity';
import type { PipelineResult } from '../../schemas/runPipeline.ts';
import { stageMs } from '../../schemas/summary.ts';

/** Counts a run and its stages for Prometheus, at the endpoint of the process (`MAINSTAY_METRICS`); without one it does nothing. */
export function countRun({ status, source, stages }: PipelineResult): void {
  const repository = source?.slug ?? 'unknown';
  metricMeter.createCounter('mainstay_runs', 'runs', 'Pipeline runs that ended, by how they did').add(1, { status, repository });
  const seconds = metricMeter.createHistogram('mainstay_stage_duration', 'float', 's', 'Seconds that a stage took, all its tries');
  const ended = metricMeter.createCounter('mainstay_stages', 'stages', 'Stages that ended, by agent and how they did');
  for (const stage of stages) {
    const tags = { agent: stage.agent, status: stage.status };
    ended.add(1, tags);
    const ms = stageMs(stage);
    if (ms !== undefined) seconds.record(ms / 1000, tags);
  }
}
