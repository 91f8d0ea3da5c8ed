import { askedInWords } from '../../schemas/askedNow.ts';
import { failure } from '../../schemas/failures.ts';
import { type BuildContext, questionOf } from './buildContext.ts';

/** The plan waits for a person, unless the run is fully autonomous. What they agree to is what every task promises, not its ids. */
export async function agreeOnPlan(context: BuildContext): Promise<void> {
  const { request, plan, gate } = context;
  if (request.autonomy === 'full') return;
  const effects = plan.todoList.tasks.map(
    ({ id, title, dependencies, acceptance_criteria: criteria }) =>
      `${id} ${title}${dependencies.length > 0 ? ` (after ${dependencies.join(', ')})` : ''}: ${criteria.map(({ text }) => text).join('; ')}`,
  );
  const question = questionOf(context, { subject: 'plan', title: `plan: ${plan.todoList.summary}`, effects });
  const outcome = await gate.ask({ ...question, agreedBy: request.approvedBy });
  if (outcome.granted) return;
  if (outcome.expired)
    throw failure('ApprovalExpired', `nobody decided about the plan in time (decideWithin); missing: ${askedInWords(outcome.request)}`);
  throw failure('ApprovalDenied', `the plan was rejected by ${outcome.by}${outcome.comment ? `: ${outcome.comment}` : ''}`);
}
