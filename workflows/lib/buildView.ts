import type { BuildFeatureResult, TaskPhase } from '../../schemas/buildFeature.ts';
import type { FeatureReporter } from '../../activities/developContracts.ts';
import type { RunState } from '../../schemas/runState.ts';
import type { BudgetAccount } from './budget.ts';
import type { BuildContext } from './buildContext.ts';

const agentOf: Partial<Record<TaskPhase, string>> = {
  designing: 'architect',
  writingTests: 'tester',
  coding: 'coder',
  testing: 'tester',
  debugging: 'debugger',
  merging: 'publisher',
};

type Frame = { account: BudgetAccount; control: { readonly paused: boolean }; parked: { until?: string } };

/** The part of a build's state that follows from its tasks. */
export function buildView({ account, control, parked }: Frame, context?: BuildContext): Partial<RunState<never, never>> {
  const { budget, usage, workedMs } = account;
  const shared = {
    paused: control.paused,
    partial_results: { budget: { budget, usage, workedMs }, ...(parked.until === undefined ? {} : { parked_until: parked.until }) },
  };
  if (!context) return shared;
  const { book, plan, ground, headlines } = context;
  const { records } = book;
  const active = records.filter(({ phase }) => agentOf[phase] !== undefined);
  return {
    ...shared,
    subtasks: records.map(({ id, needs }) => ({ id, agent: book.todo(id).agent_role, needs })),
    subtask_status: Object.fromEntries(records.map(({ id, phase }) => [id, phase])),
    agent_assignments: Object.fromEntries(active.map(({ id, phase }) => [id, agentOf[phase] ?? ''])),
    agent_status: Object.fromEntries(active.map(({ phase }) => [agentOf[phase] ?? '', 'busy'])),
    ...(active.length > 0 ? { current_step: active.map(({ id, phase }) => `${id} ${phase}`).join(', ') } : {}),
    partial_results: {
      ...shared.partial_results,
      todo_list: plan.todoList,
      mind: plan.mind,
      ground,
      headlines,
      ...Object.fromEntries(records.map((record) => [record.id, record])),
    },
  };
}

type Finished = Partial<Pick<BuildFeatureResult, 'proof' | 'result' | 'branch' | 'pullRequest'>> & Pick<BuildFeatureResult, 'exhibits'>;

/** How the build ended, from how its tasks did. */
export function featureResultOf(context: BuildContext, finished: Finished, cancelled: boolean): BuildFeatureResult {
  const { plan, ground, book, account, state } = context;
  if (cancelled) for (const { id, phase } of book.records) if (phase === 'pending') book.change(id, { phase: 'cancelled' });
  const { records } = book;
  const passed = records.every(({ phase }) => phase === 'accepted') && finished.proof?.accepted === true;
  const broken = records.find(({ phase }) => phase === 'failed');
  const why = broken ? `${broken.id}: ${broken.reason ?? 'failed'}` : finished.proof?.verdict;
  return {
    status: cancelled ? 'cancelled' : passed ? 'passed' : 'failed',
    todoList: plan.todoList,
    source: ground.source,
    mind: plan.mind,
    tasks: records,
    ...finished,
    usage: account.usage,
    budget: account.budget,
    notices: [...ground.notices, ...state.now.error_log.filter(({ type }) => type === 'ServiceRefused').map(({ message }) => message)],
    decisions: state.now.decisions,
    refusals: state.now.refusals,
    ...(cancelled || passed || why === undefined ? {} : { failure: { type: 'ChangeRefused', message: why } }),
  };
}

/** What a report needs of the state; the tasks stand in the result already. */
export function featureRecordOf(state: RunState): Parameters<FeatureReporter['writeFeatureReport']>[0]['record'] {
  const { task_id, started_at, updated_at, checkpoints, decisions, refusals, error_log } = state;
  return { task_id, started_at, updated_at, checkpoints, decisions, refusals, error_log };
}
