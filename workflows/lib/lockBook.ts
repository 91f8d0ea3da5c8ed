import ms, { type StringValue } from 'ms';
import type { LockAnswer, LockAsk, LockBreak, LockRecord, LockView } from '../../schemas/locks.ts';
import { lockedBy, lockView } from './lockWords.ts';

export type HeldLock = LockRecord['holders'][number];
type Waiting = LockRecord['waiters'][number];

/** What a run must be told: that its turn has come, or that it has lost the lock. */
export type LockNews = { kind: 'granted'; held: HeldLock } | { kind: 'lost'; held: HeldLock; reason: string };

const mostWaiters = 1000;
const keptEvents = 100;
const keptEndings = 100;

/**
 * The rules of one resource's lock. One exclusive holder or any number of shared ones; who waits comes by priority, then in the order of
 * asking, and nobody overtakes an equal. Times are milliseconds since the epoch; nothing in here knows of Temporal.
 */
export class LockBook {
  readonly resource: string;
  readonly #record: LockRecord;
  #news: LockNews[] = [];
  /** When anything happened last. */
  changedAt: number;
  /** While true nobody is taken from the queue; who asks when nothing stands in the way is still served. */
  draining = false;

  constructor(resource: string, now: number, kept: LockRecord = { holders: [], waiters: [], events: [], grants: 0, token: 0, ended: [] }) {
    this.resource = resource;
    this.#record = structuredCopy(kept);
    this.changedAt = now;
  }

  get record(): LockRecord {
    return this.#record;
  }

  get view(): LockView {
    return lockView(this.resource, this.#record);
  }

  get empty(): boolean {
    return this.#record.holders.length === 0 && this.#record.waiters.length === 0;
  }

  get hasNews(): boolean {
    return this.#news.length > 0;
  }

  /** Hands out the news since the last time. */
  takeNews(): LockNews[] {
    return this.#news.splice(0);
  }

  /** Grants, queues or refuses. A wish that is known already is answered as it stands; one that is over is refused. */
  ask(ask: LockAsk, now: number): LockAnswer {
    this.settle(now);
    const { resource } = this;
    const known = this.#held(ask.id) ?? this.#record.waiters.find(({ id }) => id === ask.id);
    if (known && JSON.stringify(known.holder) !== JSON.stringify(ask.holder)) {
      return this.#refused(`the id ${ask.id} belongs to somebody else: ask with one of your own`);
    }
    const ended = this.#record.ended.find(({ id }) => id === ask.id);
    if (ended) return this.#refused(`${ask.id} is over (${ended.reason}): ask with a new id; ${lockedBy(this.#record.holders)}`);
    if (known) return this.#answer(ask.id);

    const wish: Waiting = { ...ask, since: iso(now), deadline: iso(now + ms(ask.waitTimeout as StringValue)) };
    const overtakes = this.#record.waiters.every(({ priority }) => priority < wish.priority);
    if (overtakes && this.#fits(wish)) {
      const { token, leaseEndsAt } = this.#grant(wish, now);
      return { state: 'granted', resource, token, leaseEndsAt };
    }
    if (ms(ask.waitTimeout as StringValue) === 0) return this.#refused(lockedBy(this.#record.holders));
    if (this.#record.waiters.length >= mostWaiters) return this.#refused(`${mostWaiters} wait already: try again later`);
    const behind = this.#record.waiters.findIndex(({ priority }) => priority < wish.priority);
    this.#record.waiters.splice(behind < 0 ? this.#record.waiters.length : behind, 0, wish);
    return this.#answer(ask.id);
  }

  /** Gives back or withdraws. Also an unknown id is over from now on: its wish may still be on its way. */
  release(id: string, now: number): boolean {
    this.settle(now);
    const held = this.#held(id);
    if (held) this.#free(held, 'released', now);
    const waited = this.#withdraw(id, 'withdrawn');
    if (!held && !waited) this.#end(id, 'released');
    this.settle(now);
    return held !== undefined || waited;
  }

  /** Moves the end of the lease; undefined when the lock is no longer held. */
  renew(id: string, now: number): string | undefined {
    this.settle(now);
    const held = this.#held(id);
    if (held) held.leaseEndsAt = leaseEnd(held, now);
    return held?.leaseEndsAt;
  }

  /** Takes the lock from one holder or from all, and tells them. Answers their ids. */
  break({ id, by, reason }: LockBreak, now: number): string[] {
    this.settle(now);
    const broken = this.#record.holders.filter((held) => id === undefined || held.id === id);
    for (const held of broken) this.#lose(held, `broken by ${by}: ${reason}`, now);
    this.settle(now);
    return broken.map((held) => held.id);
  }

  /** The lease of this holder has ended and its run with it. */
  expire(id: string, now: number): void {
    const held = this.#held(id);
    if (held) this.#lose(held, 'expired: its run is over', now);
    this.settle(now);
  }

  /** A run that is gone did not hear of its turn: the next one is taken. */
  skip(id: string, now: number): void {
    const held = this.#held(id);
    if (held) this.#free(held, 'its run was over before its turn', now);
    this.settle(now);
  }

  /** Ends what has run out: waiting, and leases of clients, whose only sign of life is to renew. Then the next in turn are taken. */
  settle(now: number): void {
    this.changedAt = Math.max(this.changedAt, now);
    const { holders, waiters } = this.#record;
    for (const { id } of waiters.filter(({ deadline }) => Date.parse(deadline) <= now)) this.#withdraw(id, 'waited in vain');
    for (const held of holders.filter((one) => one.holder.kind === 'client' && hasEnded(one, now))) {
      this.#lose(held, 'expired: not renewed in time', now);
    }
    while (!this.draining && waiters[0] && this.#fits(waiters[0])) {
      this.#news.push({ kind: 'granted', held: this.#grant(waiters.shift() as Waiting, now) });
    }
  }

  /** Runs whose lease has ended: alive they keep the lock, else they lose it. */
  overdue(now: number): HeldLock[] {
    return this.#record.holders.filter((held) => held.holder.kind === 'run' && hasEnded(held, now));
  }

  /** When something ends next by itself; the leases of `except` do not count. */
  nextDue(except: ReadonlySet<string>): number {
    const leases = this.#record.holders.filter(({ id }) => !except.has(id)).map(({ leaseEndsAt }) => Date.parse(leaseEndsAt));
    return Math.min(...leases, ...this.#record.waiters.map(({ deadline }) => Date.parse(deadline)));
  }

  #fits({ mode }: Waiting): boolean {
    const { holders } = this.#record;
    return holders.length === 0 || (mode === 'shared' && holders.every((held) => held.mode === 'shared'));
  }

  #grant(wish: Waiting, now: number): HeldLock {
    // The clock's part keeps tokens growing over the life of the entity: one that ended and began anew has forgotten its last token.
    const token = Math.max(this.#record.token + 1, now);
    const held: HeldLock = { ...wish, since: iso(now), token, leaseEndsAt: leaseEnd(wish, now) };
    this.#record.token = token;
    this.#record.grants += 1;
    this.#record.holders.push(held);
    this.#note('resource.locked', held, now);
    return held;
  }

  #lose(held: HeldLock, reason: string, now: number): void {
    this.#free(held, reason, now);
    this.#news.push({ kind: 'lost', held, reason });
  }

  #free(held: HeldLock, reason: string, now: number): void {
    this.#record.holders.splice(this.#record.holders.indexOf(held), 1);
    // Who was not told of the turn yet need not be.
    this.#news = this.#news.filter((news) => news.kind !== 'granted' || news.held !== held);
    this.#end(held.id, reason);
    this.#note('resource.unlocked', held, now, reason);
  }

  #withdraw(id: string, reason: string): boolean {
    const index = this.#record.waiters.findIndex((wish) => wish.id === id);
    if (index < 0) return false;
    this.#record.waiters.splice(index, 1);
    this.#end(id, reason);
    return true;
  }

  #end(id: string, reason: string): void {
    const { ended } = this.#record;
    if (ended.some((one) => one.id === id)) return;
    ended.push({ id, reason });
    ended.splice(0, ended.length - keptEndings);
  }

  #note(event: LockView['events'][number]['event'], { id, holder, token }: HeldLock, now: number, reason?: string): void {
    const { events } = this.#record;
    events.push({ at: iso(now), event, id, holder, token, reason });
    events.splice(0, events.length - keptEvents);
  }

  #held(id: string): HeldLock | undefined {
    return this.#record.holders.find((held) => held.id === id);
  }

  #answer(id: string): LockAnswer {
    const { resource } = this;
    const held = this.#held(id);
    if (held) return { state: 'granted', resource, token: held.token, leaseEndsAt: held.leaseEndsAt };
    const position = this.#record.waiters.findIndex((wish) => wish.id === id) + 1;
    return { state: 'queued', resource, position, lockedBy: this.view.holders };
  }

  #refused(reason: string): LockAnswer {
    return { state: 'refused', resource: this.resource, reason, lockedBy: this.view.holders };
  }
}

function leaseEnd({ lease }: { lease: string }, now: number): string {
  return iso(now + ms(lease as StringValue));
}

function hasEnded({ leaseEndsAt }: HeldLock, now: number): boolean {
  return Date.parse(leaseEndsAt) <= now;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

function structuredCopy({ holders, waiters, events, ended, ...counts }: LockRecord): LockRecord {
  return { ...counts, holders: holders.map((held) => ({ ...held })), waiters: [...waiters], events: [...events], ended: [...ended] };
}
