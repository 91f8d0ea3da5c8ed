import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LockAsk, LockRecord } from '../../schemas/locks.ts';
import { LockBook } from '../../workflows/lib/lockBook.ts';

const start = Date.parse('2026-01-01T00:00:00Z');

function ask(id: string, more: Partial<LockAsk> = {}): LockAsk {
  const holder = { kind: 'run' as const, workflowId: `run/${id}`, runId: id };
  return LockAsk.parse({ id, resource: 'env:x', holder, ...more });
}

type Act = {
  do: 'ask' | 'release' | 'renew' | 'break' | 'expire' | 'skip' | 'wait' | 'carry';
  who: number;
  shared: boolean;
  priority: number;
};
const acts = fc.array(
  fc.record<Act>({
    do: fc.constantFrom('ask', 'ask', 'ask', 'release', 'release', 'renew', 'break', 'expire', 'skip', 'wait', 'carry'),
    who: fc.nat(30),
    shared: fc.boolean(),
    priority: fc.integer({ min: -1, max: 1 }),
  }),
  { minLength: 20, maxLength: 80, size: 'max' },
);

/** Plays the acts on a book; `look` sees it after each. */
function play(list: readonly Act[], look: (book: LockBook, act: Act) => void): void {
  let book = new LockBook('env:x', start);
  let now = start;
  for (const act of list) {
    const id = `a${act.who}`;
    if (act.do === 'ask')
      book.ask(ask(id, { mode: act.shared ? 'shared' : 'exclusive', priority: act.priority, waitTimeout: '20 seconds' }), now);
    if (act.do === 'release') book.release(id, now);
    if (act.do === 'renew') book.renew(id, now);
    if (act.do === 'break') book.break({ id, by: 'kim', reason: 'stuck' }, now);
    if (act.do === 'expire') book.expire(id, now);
    if (act.do === 'skip') book.skip(id, now);
    if (act.do === 'wait') now += 7_000;
    if (act.do === 'carry') book = new LockBook('env:x', now, LockRecord.parse(JSON.parse(JSON.stringify(book.record))));
    book.settle(now);
    look(book, act);
  }
}

describe('whatever happens', () => {
  test('an exclusive holder is alone, tokens only grow, and nobody waits who could hold', () => {
    fc.assert(
      fc.property(acts, (list) => {
        let last = 0;
        const tokens = new Map<string, number>();
        play(list, (book) => {
          const { holders, waiters, token } = book.view;
          if (holders.some(({ mode }) => mode === 'exclusive')) expect(holders).toHaveLength(1);
          expect(token).toBeGreaterThanOrEqual(last);
          last = token;
          for (const held of holders) {
            // One grant, one token; and no two of one token.
            expect(tokens.get(held.id) ?? held.token).toBe(held.token);
            tokens.set(held.id, held.token);
          }
          expect(new Set(tokens.values()).size).toBe(tokens.size);
          const [next] = waiters;
          if (holders.length === 0) expect(waiters).toEqual([]);
          if (next?.mode === 'shared') expect(holders.some(({ mode }) => mode === 'exclusive')).toBe(true);
          expect(new Set([...holders, ...waiters].map(({ id }) => id)).size).toBe(holders.length + waiters.length);
        });
      }),
    );
  });

  test('the queue is in order of priority, then of asking, and nobody of equal or lower rank is granted first', () => {
    fc.assert(
      fc.property(acts, (list) => {
        let queue: string[] = [];
        let last = 0;
        play(list, (book, act) => {
          const { holders, waiters } = book.view;
          expect(waiters).toEqual(waiters.toSorted((a, b) => b.priority - a.priority || Date.parse(a.since) - Date.parse(b.since)));
          const held = new Set(holders.map(({ id }) => id));
          const served = queue.filter((id) => held.has(id));
          const left = queue.filter((id) => waiters.some((one) => one.id === id));
          // Those who were served stood before those who still wait.
          for (const id of served) for (const other of left) expect(queue.indexOf(id)).toBeLessThan(queue.indexOf(other));
          const granted = book.record.holders.find(({ id, token }) => id === `a${act.who}` && token > last);
          if (act.do === 'ask' && granted) expect(waiters.filter(({ priority }) => priority >= granted.priority)).toEqual([]);
          last = book.view.token;
          queue = waiters.map(({ id }) => id);
        });
      }),
    );
  });

  test('who is withdrawn, released or ran out never comes back under the same id', () => {
    fc.assert(
      fc.property(acts, (list) => {
        const over = new Set<string>();
        let before: string[] = [];
        play(list, (book) => {
          const { holders, waiters } = book.view;
          const now = [...holders, ...waiters].map(({ id }) => id);
          for (const id of before) if (!now.includes(id)) over.add(id);
          expect(now.filter((id) => over.has(id))).toEqual([]);
          before = now;
        });
      }),
    );
  });
});

describe('a lock', () => {
  test('answers the same wish again as it stands', () => {
    const book = new LockBook('env:x', start);
    const first = book.ask(ask('a'), start);
    book.ask(ask('b'), start);
    expect(book.ask(ask('a'), start + 5)).toEqual(first);
    expect(book.ask(ask('b'), start + 5)).toMatchObject({ state: 'queued', position: 1, lockedBy: [{ id: 'a' }] });
    expect(book.view.waiters).toHaveLength(1);
  });

  test('lets nobody else use the id of a holder', () => {
    const book = new LockBook('env:x', start);
    book.ask(ask('a'), start);
    const thief = { ...ask('a'), holder: { kind: 'client' as const, name: 'thief' } };
    expect(book.ask(thief, start)).toMatchObject({ state: 'refused', reason: expect.stringContaining('somebody else') });
  });

  test('does not let readers that come later pass a writer that waits', () => {
    const book = new LockBook('env:x', start);
    book.ask(ask('r1', { mode: 'shared' }), start);
    book.ask(ask('w'), start);
    expect(book.ask(ask('r2', { mode: 'shared' }), start)).toMatchObject({ state: 'queued', position: 2 });
    book.release('r1', start + 1);
    expect(book.view.holders.map(({ id }) => id)).toEqual(['w']);
    book.release('w', start + 2);
    expect(book.view.holders.map(({ id }) => id)).toEqual(['r2']);
  });

  test('grants all readers at the head of the queue together', () => {
    const book = new LockBook('env:x', start);
    book.ask(ask('w'), start);
    for (const id of ['r1', 'r2', 'r3']) book.ask(ask(id, { mode: 'shared' }), start);
    book.ask(ask('w2'), start);
    book.release('w', start + 1);
    expect(book.view.holders.map(({ id }) => id)).toEqual(['r1', 'r2', 'r3']);
    expect(book.takeNews().map(({ held }) => held.id)).toEqual(['r1', 'r2', 'r3']);
  });

  test('refuses at once, and says who holds it, when the asker will not wait', () => {
    const book = new LockBook('env:x', start);
    book.ask(ask('a', { purpose: 'deploy' }), start);
    expect(book.ask(ask('b', { waitTimeout: '0 seconds' }), start)).toMatchObject({
      state: 'refused',
      reason: 'locked by run/a since 2026-01-01T00:00:00.000Z (deploy)',
    });
    expect(book.view.waiters).toEqual([]);
  });

  test('has tokens that grow beyond those of an entity before it', () => {
    const before = new LockBook('env:x', start);
    for (let round = 0; round < 50; round++) {
      before.ask(ask(`a${round}`), start);
      before.release(`a${round}`, start);
    }
    const after = new LockBook('env:x', start + 1000);
    after.ask(ask('b'), start + 1000);
    expect(after.view.token).toBeGreaterThan(before.view.token);
  });

  test('takes a release that overtakes its wish as the end of that wish', () => {
    const book = new LockBook('env:x', start);
    expect(book.release('a', start)).toBe(false);
    expect(book.ask(ask('a'), start)).toMatchObject({ state: 'refused' });
    expect(book.view.holders).toEqual([]);
  });

  test('frees what a client did not renew, asks about a run, and counts a renewal', () => {
    const book = new LockBook('env:x', start);
    const client = { kind: 'client' as const, name: 'kim' };
    book.ask(ask('c', { holder: client, lease: '10 seconds' }), start);
    expect(book.renew('c', start + 9_000)).toBe('2026-01-01T00:00:19.000Z');
    book.ask(ask('r', { lease: '10 seconds' }), start + 9_000);
    book.settle(start + 19_000);
    expect(book.takeNews()).toMatchObject([
      { kind: 'lost', held: { id: 'c' } },
      { kind: 'granted', held: { id: 'r' } },
    ]);
    expect(book.renew('c', start + 19_000)).toBeUndefined();
    book.settle(start + 40_000);
    expect(book.overdue(start + 40_000).map(({ id }) => id)).toEqual(['r']);
    book.expire('r', start + 40_000);
    expect(book.empty).toBe(true);
    expect(book.view.events.at(-1)).toMatchObject({ event: 'resource.unlocked', id: 'r', reason: 'expired: its run is over' });
  });

  test('takes nobody from the queue while it drains, and all whose turn it is afterwards', () => {
    const book = new LockBook('env:x', start);
    book.ask(ask('a'), start);
    book.ask(ask('b'), start);
    book.draining = true;
    book.release('a', start);
    expect(book.view).toMatchObject({ holders: [], waiters: [{ id: 'b' }] });
    expect(book.ask(ask('c'), start)).toMatchObject({ state: 'queued', position: 2 });
    const next = new LockBook('env:x', start, book.record);
    next.settle(start);
    expect(next.takeNews()).toMatchObject([{ kind: 'granted', held: { id: 'b' } }]);
  });
});
