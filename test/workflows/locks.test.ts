import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { expectCleanHistory } from '../support/flows.ts';
import { heldQuery } from '../support/lockFlows.ts';
import { clientAsk, type LockPlace, openLockPlace } from '../support/lockPlace.ts';

const open: { place?: LockPlace } = {};
beforeAll(async () => {
  open.place = await openLockPlace(inject('engineAddress'));
});
afterAll(() => open.place?.close());
const place = () => open.place!;
const wish = (resource: string, more = {}) => ({ resources: [resource], step: 'deploy', ...more });
const cleanEntity = (resource: string) => expectCleanHistory(place().entity(resource) as never);

describe('who waits', () => {
  test('comes in the order of asking, twelve and more', async () => {
    const { start, until, resource, target } = place();
    const env = resource();
    const first = await start('holdLocks', { wish: wish(env) });
    await until(env, ({ holders }) => holders.length === 1);
    const contenders = [];
    for (let index = 0; index < 12; index++) {
      contenders.push(await start('contend', { by: `c${index}`, wish: wish(env), rounds: 1, stay: '0 seconds' }));
      await until(env, ({ waiters }) => waiters.length === index + 1);
    }
    await first.signal('finish');
    await Promise.all(contenders.map((contender) => contender.result()));
    const order = target.seen.filter(({ fence }) => fence.resource === env).map(({ by }) => by);
    expect(order).toEqual(contenders.map((_, index) => `c${index}`));
    expect(target.doubles).toEqual([]);
    await cleanEntity(env);
  });

  test('comes by priority first', async () => {
    const { start, until, resource, target } = place();
    const env = resource();
    const first = await start('holdLocks', { wish: wish(env) });
    await until(env, ({ holders }) => holders.length === 1);
    const contenders = [];
    for (const [index, priority] of [0, -5, 7, 0, 7].entries()) {
      contenders.push(await start('contend', { by: `p${priority}-${index}`, wish: wish(env, { priority }), rounds: 1, stay: '0 seconds' }));
      await until(env, ({ waiters }) => waiters.length === index + 1);
    }
    await first.signal('finish');
    await Promise.all(contenders.map((contender) => contender.result()));
    const order = target.seen.filter(({ fence }) => fence.resource === env).map(({ by }) => by);
    expect(order).toEqual(['p7-2', 'p7-4', 'p0-0', 'p0-3', 'p-5-1']);
  });

  test('is left out when its run is gone, and the next one comes', async () => {
    const { start, until, resource } = place();
    const env = resource();
    const first = await start('holdLocks', { wish: wish(env) });
    await until(env, ({ holders }) => holders.length === 1);
    const gone = await start('holdLocks', { wish: wish(env) });
    await until(env, ({ waiters }) => waiters.length === 1);
    const next = await start('holdLocks', { wish: wish(env) });
    await until(env, ({ waiters }) => waiters.length === 2);
    await gone.terminate('test');
    await first.signal('finish');
    const { events } = await until(env, ({ holders }) => holders.some(({ id }) => id.startsWith(next.workflowId)));
    expect(events.map(({ reason }) => reason)).toContain('its run was over before its turn');
    await next.signal('finish');
    await next.result();
    await cleanEntity(env);
  });

  test('shares with others that share, and a writer waits for all of them', async () => {
    const { start, until, resource } = place();
    const env = resource();
    const readers = [];
    for (let index = 0; index < 3; index++) readers.push(await start('holdLocks', { wish: wish(env, { mode: 'shared' }) }));
    await until(env, ({ holders }) => holders.length === 3);
    const writer = await start('holdLocks', { wish: wish(env) });
    await until(env, ({ waiters }) => waiters.length === 1);
    for (const reader of readers) {
      expect((await place().view(env)).waiters).toHaveLength(1);
      await reader.signal('finish');
      await reader.result();
    }
    await until(env, ({ holders }) => holders[0]?.mode === 'exclusive');
    await writer.signal('finish');
    expect(await writer.result()).toMatchObject([{ resource: env }]);
  });

  test.each([
    { title: 'is told at once who holds it, when it will not wait', waitTimeout: '0 seconds', text: 'it is locked by test-holdLocks/' },
    {
      title: 'gives up when its time is over, and hears who holds it',
      waitTimeout: '1 second',
      text: 'after waiting 1 second it is still locked by',
    },
  ])('$title', async ({ waitTimeout, text }) => {
    const { start, until, resource } = place();
    const env = resource();
    const holder = await start('holdLocks', { wish: wish(env) });
    await until(env, ({ holders }) => holders.length === 1);
    const refused = await start('tryToHold', wish(env, { waitTimeout }));
    const answer = String(await refused.result());
    expect(answer).toMatch(/^ResourceLocked: /);
    expect(answer).toContain(text);
    expect((await place().view(env)).waiters).toEqual([]);
    await holder.signal('finish');
    await holder.result();
    await cleanEntity(env);
  });
});

describe('a run', () => {
  test('takes several locks in sorted order, shows them, and gives all back', async () => {
    const { start, until, resource, view } = place();
    const [b, a] = [`file:z${resource('x').slice(2)}`, resource('env')];
    const handle = await start('holdLocks', { wish: { resources: [b, a, b], step: 'merge' } });
    await until(b, ({ holders }) => holders.length === 1);
    await expect.poll(async () => (await handle.query(heldQuery)).locks, { timeout: 20_000 }).toEqual([a, b]);
    await handle.signal('finish');
    expect(await handle.result()).toMatchObject([{ resource: a }, { resource: b }]);
    expect((await view(a)).holders).toEqual([]);
    expect((await view(b)).holders).toEqual([]);
  });

  test('may not take inside what sorts before what it holds, and gives back what it held', async () => {
    const { start, resource, view } = place();
    const [low, high] = [resource('env'), resource('repo')];
    const handle = await start('holdLocks', { wish: wish(high), inner: wish(low) });
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'LockOrderViolated' } });
    expect((await view(high)).holders).toEqual([]);
  });

  test('queues behind itself when two of its stages want the same at the same time', async () => {
    const { start, until, resource } = place();
    const env = resource();
    const handle = await start('holdLocks', { wish: wish(env), beside: [wish(env, { step: 'other' })] });
    await until(env, ({ holders, waiters }) => holders.length === 1 && waiters.length === 1);
    await handle.signal('finish');
    const fences = (await handle.result()) as { token: number }[];
    expect(new Set(fences.map(({ token }) => token)).size).toBe(2);
  });

  test('hears that its lock was broken: its work is cancelled and it fails with the reason', async () => {
    const { start, until, resource, entity } = place();
    const env = resource();
    const handle = await start('holdLocks', { wish: wish(env) });
    await until(env, ({ holders }) => holders.length === 1);
    await entity(env).executeUpdate('breakLock', { args: [{ by: 'kim', reason: 'deploy by hand' }] });
    await expect(handle.result()).rejects.toMatchObject({
      cause: { type: 'LockLost', message: expect.stringContaining('broken by kim: deploy by hand') },
    });
    expect(await handle.query(heldQuery)).toMatchObject({ cancelled: true, locks: [] });
    await cleanEntity(env);
  });

  test('that is cancelled gives its lock back, and withdraws when it waits', async () => {
    const { start, until, resource } = place();
    const env = resource();
    const holder = await start('holdLocks', { wish: wish(env) });
    await until(env, ({ holders }) => holders.length === 1);
    const waiter = await start('holdLocks', { wish: wish(env) });
    await until(env, ({ waiters }) => waiters.length === 1);
    await waiter.cancel();
    await until(env, ({ waiters }) => waiters.length === 0);
    await holder.cancel();
    await until(env, ({ holders }) => holders.length === 0);
    await expect(holder.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
  });

  test('that is killed loses the lock when its lease ends; the next one has it', async () => {
    const { start, until, resource } = place();
    const env = resource();
    const killed = await start('holdLocks', { wish: wish(env, { lease: '1 second' }) });
    await until(env, ({ holders }) => holders.length === 1);
    const next = await start('holdLocks', { wish: wish(env, { lease: '1 second' }) });
    await until(env, ({ waiters }) => waiters.length === 1);
    await killed.terminate('test');
    const { events } = await until(env, ({ holders }) => holders.some(({ id }) => id.startsWith(next.workflowId)));
    expect(events.map(({ reason }) => reason)).toContain('expired: its run is over');
    await next.signal('finish');
    await next.result();
    await cleanEntity(env);
  });

  test('that lives keeps the lock beyond its lease, also when it has continued as new', async () => {
    const { start, until, resource, view } = place();
    const env = resource();
    const handle = await start('holdAndContinue', { wish: wish(env, { lease: '1 second' }) });
    const { holders } = await until(env, (seen) => seen.holders.length === 1);
    // Two leases later the same grant stands.
    const later = await until(env, (seen) => Date.parse(seen.holders[0]?.leaseEndsAt ?? '') > Date.parse(holders[0]!.since) + 2_900);
    expect(later.holders[0]?.token).toBe(holders[0]?.token);
    await place().client.workflow.getHandle(handle.workflowId).signal('finish');
    await until(env, (seen) => seen.holders.length === 0);
    expect((await view(env)).events.at(-1)?.reason).toBe('expired: its run is over');
  });
});

describe('a lock', () => {
  test('is not moved by the late release or renewal of somebody who lost it', async () => {
    const { controller, until, resource, entity, view } = place();
    const env = resource();
    expect(await controller.askForLock(clientAsk(env, 'zombie', { lease: '1 second' }))).toMatchObject({ state: 'granted' });
    await controller.askForLock(clientAsk(env, 'next', { lease: '1 minute' }));
    const [next] = (await until(env, ({ holders }) => holders[0]?.id === 'next')).holders;
    await entity(env).signal('releaseLock', { id: 'zombie' });
    const late = entity(env).executeUpdate('renewLock', { args: [{ id: 'zombie' }] });
    await expect(late).rejects.toMatchObject({ cause: { type: 'LockLost' } });
    expect((await view(env)).holders).toEqual([next]);
    await cleanEntity(env);
  });

  test('ends itself when nobody needs it, and its tokens go on growing in the next one', async () => {
    const { client, controller, resource, entity } = place();
    const env = resource();
    await client.workflow.start('resourceLock', {
      taskQueue: 'orchestration',
      workflowId: `resource-lock/${env}`,
      args: [{ resource: env, idle: '1 second' }],
    });
    const first = await controller.askForLock(clientAsk(env, 'a'));
    await entity(env).executeUpdate('releaseLockNow', { args: [{ id: 'a' }] });
    await entity(env).result();
    const second = await controller.askForLock(clientAsk(env, 'b'));
    expect(first.state === 'granted' && second.state === 'granted' && second.token > first.token).toBe(true);
    await cleanEntity(env);
  });

  test.each([
    ['acquireLock', { id: 'x' }],
    ['acquireLock', null],
    ['acquireLock', { id: 'x', resource: 'env:other', holder: { kind: 'client', name: 'x' } }],
    ['acquireLock', { id: 'x', resource: 'RESOURCE', holder: { kind: 'client', name: 'x' }, lease: '1 ms' }],
    ['acquireLock', { id: 'x', resource: 'RESOURCE', holder: { kind: 'client', name: 'x' }, waitTimeout: `${'9'.repeat(99)} days` }],
    ['acquireLock', { id: 'x', resource: 'RESOURCE', holder: { kind: 'client', name: 'x' }, surprise: 1 }],
    ['releaseLockNow', 'x'],
    ['renewLock', { id: 7 }],
    ['breakLock', { by: 'kim', reason: '' }],
    ['breakLock', { by: 'kim', reason: 'not there', id: 'nobody' }],
  ])('refuses %s with %j and goes on', async (update, input) => {
    const { controller, resource, entity, view } = place();
    const env = resource();
    await controller.askForLock(clientAsk(env, 'a'));
    const given = JSON.parse(JSON.stringify(input).replace('RESOURCE', env)) as never;
    await expect(entity(env).executeUpdate(update, { args: [given] })).rejects.toMatchObject({ cause: { type: 'InvalidInput' } });
    await entity(env).signal('releaseLock', given);
    expect((await view(env)).holders.map(({ id }) => id)).toEqual(['a']);
    await expectCleanHistory(entity(env) as never);
  });
});
