import type { Thought, Usage } from '../../schemas/mind.ts';
import { askForBudget } from './askForBudget.ts';
import { noUsage, plus } from '../../schemas/usage.ts';
import type { BuildContext } from './buildContext.ts';
import { think } from './think.ts';

/** Lets an agent think for a task: the budget is asked first, rate limits are shown, what it cost is noted. */
export async function thinkFor<T>(context: BuildContext, id: string, ask: () => Promise<Thought<T>>): Promise<T> {
  const { book, account, request } = context;
  await askForBudget(context, id);
  const started = Date.now();
  const rested = { ms: 0 };
  const parked = (until?: string, restedMs = 0) => {
    rested.ms += restedMs;
    book.change(id, { parkedUntil: until });
  };
  const { value, usage } = await think(ask, { parked, within: request.modelWait });
  const workedMs = Date.now() - started - rested.ms;
  note(context, id, usage, workedMs);
  account.settle(undefined, usage, workedMs);
  return value;
}

/** Work without thinking, for example a proof: only its time counts. */
export async function timeFor<T>(context: BuildContext, id: string, work: () => Promise<T>): Promise<T> {
  const started = Date.now();
  try {
    return await work();
  } finally {
    note(context, id, noUsage, Date.now() - started);
    context.account.settle(undefined, noUsage, Date.now() - started);
  }
}

/** Adds to what a task has cost; the run's account is settled by whoever did the work. */
export function note({ book }: BuildContext, id: string, usage: Usage, workedMs: number): void {
  const record = book.record(id);
  book.change(id, { usage: plus(record.usage, usage), workedMs: record.workedMs + workedMs });
}
