import ms, { type StringValue } from 'ms';
import { z } from 'zod';
import { failure } from '../../schemas/failures.ts';
import { inputProblems } from '../../schemas/inputProblems.ts';
import { LockAsk, type LockAskInput, LockBreak } from '../../schemas/locks.ts';
import type { LockBook } from './lockBook.ts';

export const LockId = z.object({ id: z.string().min(1).max(300) });

// Every end of a lease is a question about the holder, so a shorter one would only make the lock busy.
const shortestLease = ms('1 second');
const longest = ms('366 days');

/** Validators of the lock's updates: what is malformed leaves no trace in the history. */
export function checkAsk(resource: string) {
  return (given: LockAskInput): void => {
    const ask = parsed(LockAsk, given);
    if (ask.resource !== resource) throw failure('InvalidInput', `resource: this is the lock of ${resource}, not of ${ask.resource}`);
    const [lease, wait] = [ask.lease, ask.waitTimeout].map((time) => (time.length > 50 ? Infinity : ms(time as StringValue)));
    if (!(lease! >= shortestLease && lease! <= longest)) throw failure('InvalidInput', 'lease: write a time from 1 second to 366 days');
    if (!(wait! <= longest)) throw failure('InvalidInput', 'waitTimeout: write a time of at most 366 days');
  };
}

export function checkId(given: { id: string }): void {
  parsed(LockId, given);
}

export function checkBreak(book: LockBook) {
  return (given: LockBreak): void => {
    const { id } = parsed(LockBreak, given);
    const held = book.view.holders.map((holder) => holder.id);
    if (id !== undefined && !held.includes(id)) {
      throw failure(
        'InvalidInput',
        `id: ${id} does not hold ${book.resource}; ${held.length > 0 ? `held by ${held.join(', ')}` : 'it is free'}`,
      );
    }
  };
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw failure('InvalidInput', inputProblems(schema, result.error).join('; '));
}
