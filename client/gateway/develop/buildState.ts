import type { Client } from '@temporalio/client';
import { failure } from '../../../schemas/failures.ts';
import type { RunState } from '../../../schemas/runState.ts';
import { observeRun, stateOf } from '../../observe.ts';
import { isOver, type RunSummary, type RunView } from '../../view.ts';
import type { BuildStateAnswer } from './answers.ts';

/** A build in the documented shape, alive or finished; `EngineUnavailable` while a live one is served by no worker. */
export async function buildState(client: Client, run: RunSummary): Promise<BuildStateAnswer> {
  const seen = await observeRun(client, run);
  const { view } = seen;
  const told = seen.state ?? (view.result === undefined ? undefined : await stateOf(client, view));
  const state = isOver(view.status) ? endState(view, told) : told;
  if (!state) {
    const { workflowId } = run;
    throw failure(
      'EngineUnavailable',
      `${workflowId} does not answer: no worker serves it; start one with \`mainstay up\` or \`mainstay worker\`. GET /runs/<id> shows what the server knows`,
    );
  }
  const { feature, tasks } = view;
  return {
    ...state,
    workflow_id: view.workflowId,
    run_id: view.runId,
    status: view.status,
    tasks,
    debug_branches: tasks.flatMap(({ debug }) => debug.map(({ todo, attempts }) => ({ ...todo, attempts }))),
    budget: {
      limits: feature?.budget,
      usage: feature?.usage ?? { steps: 0, inputTokens: 0, outputTokens: 0, usd: 0 },
      worked_ms: feature?.workedMs ?? 0,
    },
  };
}

/**
 * The state of a build that has ended. A run that broke never entered a last phase, so that and the failure come from the server; so does
 * everything but the checkpoints (its history holds them) where no worker is there to tell it.
 */
function endState(view: RunView, told: RunState = recordedState(view)): RunState {
  const { status, failure: broken, startedAt, endedAt = startedAt } = view;
  const isTold = broken === undefined || told.error_log.some(({ message }) => message === broken.message);
  return {
    ...told,
    phase: status,
    current_step: status,
    agent_assignments: {},
    agent_status: {},
    awaiting: [],
    error_log: isTold ? told.error_log : [...told.error_log, { at: endedAt, step: view.phase, ...broken }],
  };
}

function recordedState(view: RunView): RunState {
  const { tasks, startedAt, endedAt = startedAt } = view;
  const agents = new Map(view.feature?.todoList?.tasks.map((todo) => [todo.id, todo.agent_role]));
  return {
    task_id: view.workflowId,
    workflow_type: view.flow,
    phase: view.status,
    current_step: view.status,
    subtasks: tasks.map(({ id, needs }) => ({ id, needs, agent: agents.get(id) ?? 'coder' })),
    subtask_status: Object.fromEntries(tasks.map(({ id, phase }) => [id, phase])),
    agent_assignments: {},
    agent_status: {},
    locks: [],
    checkpoints: [],
    partial_results: Object.fromEntries(tasks.map((task) => [task.id, task])),
    final_result: view.result ?? null,
    started_at: startedAt,
    updated_at: endedAt,
    error_log: view.errors,
    awaiting: [],
    decisions: view.decisions,
    refusals: view.refusals,
    paused: false,
  };
}
