import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import { failure } from '../../schemas/failures.ts';
import { type BuildContext, questionOf } from './buildContext.ts';

/** Waits until there is budget: a grant, or a person's yes, which adds half of the first budget. `BudgetExhausted` when nobody gives any. */
export async function askForBudget(context: BuildContext, id: string): Promise<void> {
  const { account, book } = context;
  const limit = account.exhausted;
  if (!limit) return;
  const { phase } = book.record(id);
  book.change(id, { phase: 'outOfBudget', reason: `the budget of ${limit} is used up` });
  await granted(context, id, limit);
  book.change(id, { phase, reason: undefined });
}

async function granted(context: BuildContext, id: string, limit: string): Promise<void> {
  const { account, gate } = context;
  const question = questionOf(context, {
    subject: `budget-${id}`,
    title: `the budget of ${limit} is used up`,
    effects: [`go on with ${id} with half of the first budget once more`],
  });
  const scope = new CancellationScope();
  const asking = scope.run(() => gate.ask({ ...question, onTimeout: 'reject', once: true }));
  const given = condition(() => account.exhausted === undefined).then(() => undefined);
  try {
    const outcome = await Promise.race([asking, given]);
    if (outcome === undefined) return;
    // Another task's question may have been answered first.
    if (outcome.granted && account.exhausted !== undefined) account.extend();
    if (!outcome.granted && account.exhausted !== undefined)
      throw failure(
        'BudgetExhausted',
        `the budget of ${limit} is used up and nobody granted more: mainstay grant, or start again with a larger --budget`,
      );
  } finally {
    scope.cancel();
    await asking.catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
    });
  }
}
