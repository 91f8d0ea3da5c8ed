import { PipelineResult, StageRecord } from '../schemas/runPipeline.ts';
import type { RunState } from '../schemas/runState.ts';
import { stepOf, withStep } from './pending.ts';
import type { FlowReader } from './readRun.ts';

/** A pipeline run's stages, from its result or else from its state. */
export const readPipeline: FlowReader = ({ answer, state, steps }) => {
  const result = answer === undefined ? undefined : PipelineResult.parse(answer);
  const records = result?.stages ?? recordsOf(state);
  return {
    result,
    status: result?.status,
    stages: records.map((record) => withStep(record, stepOf(record, steps))),
    tasks: [],
    commit: result?.source?.commit,
    decisions: result?.decisions,
    refusals: result?.refusals,
    notices: result?.notices,
    failure: result?.failure,
  };
};

function recordsOf(state: RunState | undefined): StageRecord[] {
  return (state?.subtasks ?? []).flatMap(({ id }) => {
    const parsed = StageRecord.safeParse(state?.partial_results[id]);
    return parsed.success ? [parsed.data] : [];
  });
}
