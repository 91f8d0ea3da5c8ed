import { workflowInfo } from '@temporalio/workflow';
import type { BuildFeatureRequest, FeatureGround, FeaturePlan, TaskPhase } from '../../schemas/buildFeature.ts';
import { generatedBranch } from '../../schemas/names.ts';
import type { Site } from '../../schemas/solveTask.ts';
import { peopleOf } from '../../schemas/accounts.ts';
import type { ApprovalGate } from './approval.ts';
import { sha256Of } from './approvalVotes.ts';
import type { Question } from './approvalQuestion.ts';
import type { BudgetAccount } from './budget.ts';
import type { BuildBook } from './buildBook.ts';
import type { PauseSwitch } from './pause.ts';
import { effectKey } from './stageTask.ts';
import type { StateTracker } from './state.ts';
import type { Turns } from './turns.ts';

/** All that a task needs to know about its build. */
export type BuildContext = {
  request: BuildFeatureRequest;
  ground: FeatureGround;
  plan: FeaturePlan;
  book: BuildBook;
  account: BudgetAccount;
  gate: ApprovalGate;
  state: StateTracker<string, unknown>;
  control: PauseSwitch;
  /** The last headline of each task's work. */
  headlines: Record<string, string>;
  /** Work of tasks that was handed in from outside, by task. */
  submitted: Map<string, string>;
  /** Merges one task after the other. */
  turns: Turns;
  /** Called when something was handed in for a task. */
  listeners: Map<string, () => void>;
};

export function siteOf({ request, ground }: Pick<BuildContext, 'request' | 'ground'>, taskId: string): Site {
  const { workflowId } = workflowInfo();
  return { source: ground.source, rules: ground.rules, isolation: request.isolation, run: workflowId, key: effectKey('develop'), taskId };
}

export function branchOf(taskId: string): string {
  return generatedBranch(workflowInfo().workflowId, taskId);
}

/** Goes to a phase of a task as soon as the run is not paused. */
export async function enter({ book, control }: BuildContext, id: string, phase: TaskPhase): Promise<void> {
  await control.whenResumed();
  book.change(id, { phase, reason: undefined });
}

/** A question to people about this build, with the parts that are the same for all. */
export function questionOf(
  { request, ground }: Pick<BuildContext, 'request' | 'ground'>,
  asked: Pick<Question, 'subject' | 'title' | 'effects'>,
): Question {
  return {
    ...asked,
    commit: ground.source.commit,
    rules: sha256Of(ground.rules),
    within: request.decideWithin,
    onTimeout: request.onApprovalTimeout,
    people: peopleOf(ground.rules),
  };
}
