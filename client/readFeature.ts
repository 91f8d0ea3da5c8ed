import { z } from 'zod';
import { AgentTaskResult } from '../schemas/agentTask.ts';
import { BuildFeatureResult, FeatureGround, PlanFeatureResult, TaskRecord } from '../schemas/buildFeature.ts';
import { Budget, Mind, Usage } from '../schemas/mind.ts';
import { TodoList } from '../schemas/todoList.ts';
import type { PendingStep } from './pending.ts';
import type { FlowReader } from './readRun.ts';
import type { FeatureView, TaskView } from './view.ts';

const none = { steps: 0, inputTokens: 0, outputTokens: 0, usd: 0 } satisfies Usage;

// A task's record stands beside these under the task's id, and wins where a plan names a task like one of them.
const Live = z.object({
  todo_list: TodoList.optional().catch(undefined),
  mind: Mind.optional().catch(undefined),
  ground: FeatureGround.optional().catch(undefined),
  headlines: z.record(z.string(), z.string()).catch({}),
  budget: z.object({ budget: Budget, usage: Usage, workedMs: z.number() }).optional().catch(undefined),
  parked_until: z.string().optional().catch(undefined),
});

/** A build's tasks and budget, from its result or else from its state. */
export const readBuild: FlowReader = ({ answer, state, steps, memo }) => {
  const result = answer === undefined ? undefined : BuildFeatureResult.parse(answer);
  const live = Live.parse(state?.partial_results ?? {});
  const records = result?.tasks ?? (state?.subtasks ?? []).flatMap(({ id }) => taskIn(state?.partial_results[id]));
  const feature: FeatureView = {
    todoList: result?.todoList ?? live.todo_list,
    mind: result?.mind ?? live.mind,
    source: result?.source ?? live.ground?.source,
    created: live.ground?.created ?? isNew(memo),
    budget: result?.budget ?? live.budget?.budget,
    usage: result?.usage ?? live.budget?.usage ?? none,
    workedMs: live.budget?.workedMs ?? records.reduce((sum, { workedMs }) => sum + workedMs, 0),
    parkedUntil: live.parked_until,
    branch: result?.branch,
    proof: result?.proof,
    pullRequest: result?.pullRequest,
    report: result?.report,
    exhibits: result?.exhibits ?? [],
  };
  return {
    result,
    status: result?.status,
    stages: [],
    tasks: records.map((record) => taskView(record, { steps, headline: live.headlines[record.id] })),
    feature,
    commit: feature.source?.commit,
    decisions: result?.decisions,
    refusals: result?.refusals,
    notices: result?.notices ?? live.ground?.notices,
    failure: result?.failure,
  };
};

/** A plan, as soon as there is one. */
export const readPlanning: FlowReader = ({ answer, state, memo }) => {
  const result = answer === undefined ? undefined : PlanFeatureResult.parse(answer);
  const feature: FeatureView = {
    todoList: result?.todoList,
    mind: result?.mind,
    source: result?.ground.source,
    created: result?.ground.created ?? isNew(memo),
    usage: result?.usage ?? none,
    workedMs: 0,
    parkedUntil: Live.parse(state?.partial_results ?? {}).parked_until,
    exhibits: [],
  };
  const commit = result?.ground.source.commit;
  return { result, status: result && 'passed', stages: [], tasks: [], feature, commit, notices: result?.ground.notices };
};

/** One agent's work: what its role made, once it has ended. */
export const readAgentTask: FlowReader = ({ answer, state, memo }) => {
  const result = answer === undefined ? undefined : AgentTaskResult.parse(answer);
  const live = Live.parse(state?.partial_results ?? {});
  const feature: FeatureView = {
    todoList: result?.todoList ?? live.todo_list,
    mind: result?.mind ?? live.mind,
    source: live.ground?.source,
    created: live.ground?.created ?? isNew(memo),
    usage: result?.usage ?? none,
    workedMs: 0,
    parkedUntil: live.parked_until,
    branch: result?.branch,
    proof: result?.proof,
    exhibits: [],
  };
  return { result, status: result?.status, stages: [], tasks: [], feature };
};

function taskIn(value: unknown): TaskRecord[] {
  const parsed = TaskRecord.safeParse(value);
  return parsed.success ? [parsed.data] : [];
}

const phaseOf: Readonly<Record<string, TaskRecord['phase']>> = {
  designContract: 'designing',
  writeTests: 'writingTests',
  writeCode: 'coding',
  proveChange: 'testing',
  mergeChange: 'merging',
};

function taskView(record: TaskRecord, { steps, headline }: { steps: readonly PendingStep[]; headline?: string }): TaskView {
  const fitting = steps.filter(({ activity, stage }) => phaseOf[activity] === record.phase && (stage === undefined || stage === record.id));
  const step = fitting.find(({ stage }) => stage === record.id) ?? (fitting.length === 1 ? fitting[0] : undefined);
  if (!step) return { ...record, headline };
  const { doing, attempt, broke, started } = step;
  return { ...record, headline, doing, attempt, broke, queued: !started && attempt === 1 };
}

// The run was started without a repository, so it makes one.
function isNew(memo: Readonly<Record<string, unknown>>): boolean {
  return typeof memo['repository'] !== 'string';
}
