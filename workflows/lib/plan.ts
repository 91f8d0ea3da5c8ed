import { workflowInfo } from '@temporalio/workflow';
import type { BuildFeatureRequest, FeatureGround, FeaturePlan, PlanFeatureRequest } from '../../schemas/buildFeature.ts';
import { failure } from '../../schemas/failures.ts';
import type { Mind } from '../../schemas/mind.ts';
import type { TodoList } from '../../schemas/todoList.ts';
import type { BudgetAccount } from './budget.ts';
import { developAgents } from './developAgents.ts';
import { effectKey } from './stageTask.ts';
import { think } from './think.ts';

type Planned = { ground: FeatureGround; plan: FeaturePlan };

/** The repository made ready, and a plan for it: the one that was handed in, or the planner's. */
export async function makePlan(
  request: PlanFeatureRequest & Partial<Pick<BuildFeatureRequest, 'todoList'>>,
  account: BudgetAccount,
  parked: (until?: string) => void,
): Promise<Planned> {
  const { ground: source, planner } = developAgents(request);
  const open = () => source.openGround({ ...request, key: effectKey('ground') });
  const planOn = async (ground?: FeatureGround): Promise<FeaturePlan> => {
    if (request.todoList) return { todoList: request.todoList, mind: mindOf(request.todoList, request) };
    const started = Date.now();
    const order = { request, ...(ground ? { ground } : {}), id: workflowInfo().workflowId, key: effectKey('plan') };
    const { value, usage } = await think(() => planner.planWork(order), { parked, within: request.modelWait });
    account.settle(undefined, usage, Date.now() - started);
    return value;
  };

  if (request.repository !== undefined) {
    const ground = await open();
    return { ground, plan: await planOn(ground) };
  }
  // A request that nobody understands makes no repository.
  const plan = await planOn();
  return { ground: await open(), plan };
}

/** Who carries a plan out that was made before. */
function mindOf({ template, subject }: TodoList, { mind, program }: PlanFeatureRequest): Mind {
  if (template !== undefined && subject !== undefined) return { kind: 'template', template, subject };
  if (mind === 'template') throw failure('InvalidInput', 'mind: this plan was not made by a template: choose model or program');
  if (mind !== 'program') return { kind: 'model' };
  if (program === undefined) throw failure('InvalidInput', 'program: name the coding program');
  return { kind: 'program', program };
}
