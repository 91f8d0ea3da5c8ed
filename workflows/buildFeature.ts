import { CancellationScope, setHandler } from '@temporalio/workflow';
import type { BuildFeatureRequest, BuildFeatureResult, BuildPhase } from '../schemas/buildFeature.ts';
import { approvalGate } from './lib/approval.ts';
import { agreeOnPlan } from './lib/agreeOnPlan.ts';
import { BudgetAccount } from './lib/budget.ts';
import { BuildBook } from './lib/buildBook.ts';
import type { BuildContext } from './lib/buildContext.ts';
import { finishBuild } from './lib/buildFinish.ts';
import { buildView, featureRecordOf, featureResultOf } from './lib/buildView.ts';
import { walkTasks } from './lib/buildWalk.ts';
import { featureReporter } from './lib/developAgents.ts';
import { ifCancelled } from './lib/ifCancelled.ts';
import { pauseSwitch } from './lib/pause.ts';
import { makePlan } from './lib/plan.ts';
import { trackState } from './lib/state.ts';
import { takingTurns } from './lib/turns.ts';
import { workProgressedSignal } from './messages.ts';

/** Plan, agreement, then contract, tests, code and proof for every task; the merged result is proved again, published and reported. */
export async function buildFeature(request: BuildFeatureRequest): Promise<BuildFeatureResult> {
  const run: { context?: BuildContext } = {};
  const parked: { until?: string } = {};
  const account = new BudgetAccount(request.budget);
  const control = pauseSwitch();
  const state = trackState<BuildPhase, BuildFeatureResult>('planning', () => buildView({ account, control, parked }, run.context));
  const gate = approvalGate(state);

  const planning = makePlan(request, account, (until) => (parked.until = until));
  const { ground, plan } = await planning.catch(state.endWith('failed', 'plan'));
  const { commit, tree, objects, slug } = ground.source;
  const book = new BuildBook(plan.todoList.tasks, { commit, tree, objects });
  const outside = { headlines: {}, submitted: new Map(), listeners: new Map() };
  const context: BuildContext = { request, ground, plan, book, account, gate, state, control, turns: takingTurns(), ...outside };
  run.context = context;
  setHandler(workProgressedSignal, ({ taskId, headline, parkedUntil }) => {
    context.headlines[taskId] = headline;
    if (book.has(taskId)) book.change(taskId, { parkedUntil });
  });
  state.checkpoint('planned');

  state.enter('awaitingApproval', { repo: slug, commit });
  await agreeOnPlan(context).catch(state.endWith('failed', 'plan'));

  state.enter('building');
  const cancelled = await walkTasks(context).then(() => undefined, ifCancelled);

  const finished = cancelled ? { exhibits: [] } : await finishBuild(context);
  return await CancellationScope.nonCancellable(async () => {
    const result = featureResultOf(context, finished, cancelled !== undefined);
    result.report = await featureReporter.writeFeatureReport({ record: featureRecordOf(state.now), result });
    state.now.final_result = result;
    state.enter(result.status);
    if (cancelled) throw cancelled;
    return result;
  });
}
