import { allHandlersFinished, condition, continueAsNew, log, proxyActivities, setCurrentDetails, setHandler } from '@temporalio/workflow';
import ms, { type StringValue } from 'ms';
import type { Controller } from '../activities/contracts.ts';
import { failure, failureMessage } from '../schemas/failures.ts';
import { LockAsk, LockBreak, type LockView, type ResourceLockRequest } from '../schemas/locks.ts';
import { taskQueues } from '../schemas/names.ts';
import { type HeldLock, LockBook, type LockNews } from './lib/lockBook.ts';
import { checkAsk, checkBreak, checkId, LockId } from './lib/lockChecks.ts';
import { tellHolder } from './lib/lockNews.ts';
import { isHistoryLong } from './lib/longHistory.ts';
import { lockedBy, lockLine } from './lib/lockWords.ts';
import { acquireLockUpdate, breakLockUpdate, lockQuery, releaseLockSignal, releaseLockUpdate, renewLockUpdate } from './messages.ts';

const { isAlive } = proxyActivities<Pick<Controller, 'isAlive'>>({
  taskQueue: taskQueues.control,
  startToCloseTimeout: '20 seconds',
  // While nobody can say whether a holder lives, it keeps the lock: for ever, unless a person breaks it.
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

/** The lock of one resource, for as long as somebody holds it or waits, and `idle` longer. */
export async function resourceLock({ resource, idle, kept }: ResourceLockRequest): Promise<LockView> {
  const book = new LockBook(resource, Date.now(), kept);
  const asked = new Set<string>();
  const tellings = new Set<Promise<void>>();

  const shown = <T>(result: T): T => {
    setCurrentDetails(lockLine(book.view));
    return result;
  };
  setHandler(lockQuery, () => book.view, { description: 'who holds, who waits, what happened' });
  setHandler(acquireLockUpdate, (ask) => shown(book.ask(LockAsk.parse(ask), Date.now())), { validator: checkAsk(resource) });
  setHandler(releaseLockUpdate, ({ id }) => shown({ released: book.release(id, Date.now()) }), { validator: checkId });
  setHandler(breakLockUpdate, (order) => shown({ broken: book.break(LockBreak.parse(order), Date.now()) }), {
    validator: checkBreak(book),
  });
  setHandler(
    renewLockUpdate,
    ({ id }) => {
      const leaseEndsAt = book.renew(id, Date.now());
      if (leaseEndsAt === undefined)
        throw failure('LockLost', `${id} does not hold ${resource}: stop, and ask anew; ${lockLine(book.view)}`);
      return { leaseEndsAt };
    },
    { validator: checkId },
  );
  setHandler(releaseLockSignal, (given) => {
    const { success, data } = LockId.safeParse(given);
    // A signal cannot be refused towards its sender.
    if (success) shown(book.release(data.id, Date.now()));
    else log.warn('a release without an id was left out');
  });

  const tell = async (news: LockNews): Promise<void> => {
    const heard = await tellHolder(resource, news);
    if (!heard && news.kind === 'granted') book.skip(news.held.id, Date.now());
  };
  const tellAll = () => {
    for (const news of book.takeNews()) {
      const telling = tell(news).finally(() => tellings.delete(telling));
      tellings.add(telling);
    }
  };
  const askAfter = async ({ id, holder }: HeldLock) => {
    asked.add(id);
    const alive = await isAlive(holder).catch((error: unknown) => {
      log.warn(`${lockedBy(book.view.holders)}: ${failureMessage(error)}`);
      return true;
    });
    asked.delete(id);
    if (alive) book.renew(id, Date.now());
    else shown(book.expire(id, Date.now()));
  };
  const dueAt = () => (book.empty ? book.changedAt + ms(idle as StringValue) : book.nextDue(asked));

  for (;;) {
    const now = Date.now();
    const over = book.empty && dueAt() <= now;
    const full = isHistoryLong();
    book.draining = full;
    if (!book.empty) book.settle(now);
    tellAll();
    for (const held of book.overdue(now)) if (!asked.has(held.id)) void askAfter(held);

    const calm = tellings.size === 0 && allHandlersFinished();
    if (over && calm) return book.view;
    if (full && calm) await continueAsNew<typeof resourceLock>({ resource, idle, kept: book.record });

    // A timer that is early does no harm, and a new one for every change would fill the history.
    const due = dueAt();
    const changed = () => book.hasNews || dueAt() < due || (full ? tellings.size === 0 && allHandlersFinished() : isHistoryLong());
    await (Number.isFinite(due) && !full ? condition(changed, Math.max(due - now, 1)) : condition(changed));
  }
}
