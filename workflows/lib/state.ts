import { defineSearchAttributeKey } from '@temporalio/common';
import { isCancellation, setCurrentDetails, setHandler, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { failureMessage, failureType } from '../../schemas/failures.ts';
import { searchAttributes } from '../../schemas/names.ts';
import type { RunState } from '../../schemas/runState.ts';
import { stateQuery } from '../messages.ts';

// A history must stay small however long a run lasts: the newest entries are kept.
const longestLog = 200;

const keyword = (name: string) => defineSearchAttributeKey(name, 'KEYWORD');
const attribute = {
  phase: keyword(searchAttributes.phase),
  awaiting: keyword(searchAttributes.awaiting),
  repo: keyword(searchAttributes.repo),
  commit: keyword(searchAttributes.commit),
  correlation: keyword(searchAttributes.correlation),
} as const;

export type StateTracker<Phase extends string, Result> = {
  readonly phase: Phase;
  readonly now: RunState<Phase, Result>;
  /** Grows with every change that is noted here. */
  readonly revision: number;
  /** Goes to a phase: state, search attribute and Temporal's current details follow. */
  enter(phase: Phase, attributes?: Partial<Record<keyof typeof attribute, string>>): void;
  /** Notes a step that is recorded and will not be done again. */
  checkpoint(step: string): void;
  /** Notes a failure for the record, without deciding anything. */
  error(step: string, error: unknown): void;
  /** Notes what ends the run before its work could, and goes to the phase; for `promise.catch(…)`. */
  endWith(phase: Phase, step: string): (error: unknown) => never;
  /** Marks the run as waiting for these decisions, or for none. */
  awaiting(requests: RunState['awaiting']): void;
};

// Every upsert is an event and a write to the visibility store: what the start has set already is left alone.
function index(values: Partial<Record<keyof typeof attribute, string>>): void {
  const { typedSearchAttributes } = workflowInfo();
  const changed = Object.entries(values)
    .map(([name, value]) => ({ key: attribute[name as keyof typeof attribute], value }))
    .filter(({ key, value }) => typedSearchAttributes.get(key) !== value);
  if (changed.length > 0) upsertSearchAttributes(changed);
}

/** The run's state in the documented shape, answered by the `state` query; `view` derives what changes with every step. */
export function trackState<Phase extends string, Result>(
  first: Phase,
  view: () => Partial<RunState<Phase, Result>>,
): StateTracker<Phase, Result> {
  const info = workflowInfo();
  const state: RunState<Phase, Result> = {
    task_id: info.workflowId,
    workflow_type: info.workflowType,
    phase: first,
    current_step: first,
    subtasks: [],
    subtask_status: {},
    agent_assignments: {},
    agent_status: {},
    locks: [],
    checkpoints: [],
    partial_results: {},
    final_result: null,
    started_at: info.startTime.toISOString(),
    updated_at: info.startTime.toISOString(),
    error_log: [],
    awaiting: [],
    decisions: [],
    refusals: [],
    paused: false,
  };
  const shown = { awaiting: '' };
  const current = () => Object.assign(state, view());
  const changes = { count: 0 };
  const touch = () => {
    changes.count += 1;
    state.updated_at = new Date().toISOString();
    return state.updated_at;
  };

  setHandler(stateQuery, current, { description: 'where the run stands' });

  const tracker: StateTracker<Phase, Result> = {
    get phase() {
      return state.phase;
    },
    get revision() {
      return changes.count;
    },
    get now() {
      return current();
    },
    enter(phase, attributes = {}) {
      touch();
      state.phase = phase;
      setCurrentDetails(phase);
      index({ phase, ...attributes });
    },
    checkpoint(step) {
      state.checkpoints = [...state.checkpoints, { step, at: touch() }].slice(-longestLog);
    },
    error(step, error) {
      const entry = { at: touch(), step, type: failureType(error) ?? 'Unexpected', message: failureMessage(error) };
      state.error_log = [...state.error_log, entry].slice(-longestLog);
    },
    awaiting(requests) {
      touch();
      state.awaiting = requests;
      const ids = requests.map(({ id }) => id).join(' ');
      // A vote or a reminder changes no id, and costs the history nothing.
      if (ids !== shown.awaiting) upsertSearchAttributes([{ key: attribute.awaiting, value: ids === '' ? null : ids }]);
      shown.awaiting = ids;
    },
    endWith(phase, step) {
      return (error) => {
        if (!isCancellation(error)) {
          tracker.error(step, error);
          tracker.enter(phase);
        }
        throw error;
      };
    },
  };
  return tracker;
}
