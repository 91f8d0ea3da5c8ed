import type { PlanFeatureRequest, PlanFeatureResult } from '../schemas/buildFeature.ts';
import { BudgetAccount, smallBudget } from './lib/budget.ts';
import { makePlan } from './lib/plan.ts';
import { trackState } from './lib/state.ts';

/** The plan of a request, without carrying it out: `buildFeature` takes it as it is, or as somebody corrected it. */
export async function planFeature(request: PlanFeatureRequest): Promise<PlanFeatureResult> {
  const parked: { parked_until?: string } = {};
  const account = new BudgetAccount(smallBudget);
  const state = trackState<'planning' | 'passed', PlanFeatureResult>('planning', () => ({ partial_results: { ...parked } }));

  const { ground, plan } = await makePlan(request, account, (until) => (parked.parked_until = until));

  const result = { ...plan, ground, usage: account.usage };
  state.now.final_result = result;
  state.enter('passed', { repo: ground.source.slug, commit: ground.source.commit });
  return result;
}
