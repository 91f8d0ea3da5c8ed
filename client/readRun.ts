import type { RunState } from '../schemas/runState.ts';
import type { PendingStep } from './pending.ts';
import { readAgentTask, readBuild, readPlanning } from './readFeature.ts';
import { readPipeline } from './readPipeline.ts';
import type { RunStatus, RunView } from './view.ts';

/** What is known of a run: what it answered at its end, its state while a worker tells it, and the steps under way. */
type Known = { answer?: unknown; state?: RunState; steps: readonly PendingStep[]; memo: Readonly<Record<string, unknown>> };

/** The part of a view that depends on the flow. What is absent comes from the state. */
type FlowPart = Pick<RunView, 'stages' | 'tasks' | 'feature' | 'result' | 'failure' | 'commit'> &
  Partial<Pick<RunView, 'decisions' | 'refusals' | 'notices'>> & { status?: RunStatus };

export type FlowReader = (known: Known) => FlowPart;

/** Reads a run as its flow speaks: `runPipeline` has stages, `buildFeature` has tasks, `planFeature` has a plan, `runAgentTask` what its role made. */
export function readRun(flow: string, known: Known): FlowPart {
  return readers[flow]?.(known) ?? { stages: [], tasks: [] };
}

const readers: Readonly<Record<string, FlowReader>> = {
  runPipeline: readPipeline,
  buildFeature: readBuild,
  planFeature: readPlanning,
  runAgentTask: readAgentTask,
};
