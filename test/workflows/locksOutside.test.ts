import Fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { acquireLock, breakLock, getLock, releaseLock, renewLock } from '../../client/locks.ts';
import { createAuthorize } from '../../client/gateway/authorize.ts';
import { lockRoutes } from '../../client/gateway/locks.ts';
import { answerProblems } from '../../client/gateway/problems.ts';
import type { Role } from '../../client/gateway/tokens.ts';
import { heldQuery } from '../support/lockFlows.ts';
import { type } from '../support/commandLine.ts';
import { clientAsk, type LockPlace, openLockPlace } from '../support/lockPlace.ts';

const open: { place?: LockPlace; app?: FastifyInstance } = {};
const bearers: Record<string, Role[]> = { kim: ['operator'], lee: ['operator'], ada: ['admin'], eve: ['viewer'] };

beforeAll(async () => {
  open.place = await openLockPlace(inject('engineAddress'));
  open.app = Fastify();
  answerProblems(open.app, () => undefined);
  open.app.setValidatorCompiler(validatorCompiler);
  open.app.setSerializerCompiler(serializerCompiler);
  const authorize = createAuthorize((token) => (bearers[token] ? { name: token, roles: bearers[token] } : undefined));
  await open.app.register(lockRoutes, { client: open.place.client, authorize });
});
afterAll(async () => {
  await open.app?.close();
  await open.place?.close();
});
const place = () => open.place!;

async function ask(by: string | undefined, method: 'GET' | 'POST', url: string, payload?: object) {
  const headers = by === undefined ? {} : { authorization: `Bearer ${by}` };
  const response = await open.app!.inject({ method, url, payload, headers });
  return { status: response.statusCode, ...(response.json() as Record<string, unknown>) };
}

describe('a client', () => {
  test('acquires, renews and releases; what is over is told so', async () => {
    const { client, resource } = place();
    const env = resource();
    expect(await getLock(client, env)).toMatchObject({ holders: [], grants: 0 });
    expect(await releaseLock(client, { resource: env, id: 'a' })).toEqual({ released: false });
    expect(await breakLock(client, { resource: env, by: 'kim', reason: 'stuck' })).toEqual({ broken: [] });
    await expect(renewLock(client, { resource: env, id: 'a' })).rejects.toMatchObject({ type: 'LockLost' });

    expect(await acquireLock(client, clientAsk(env, 'a'))).toMatchObject({ state: 'granted' });
    expect(await acquireLock(client, clientAsk(env, 'b'))).toMatchObject({ state: 'queued', position: 1 });
    const { leaseEndsAt } = await renewLock(client, { resource: env, id: 'a' });
    expect(Date.parse(leaseEndsAt)).toBeGreaterThan(Date.now());
    expect(await releaseLock(client, { resource: env, id: 'a' })).toEqual({ released: true });
    expect(await acquireLock(client, clientAsk(env, 'b'))).toMatchObject({ state: 'granted' });
    await expect(renewLock(client, { resource: env, id: 'a' })).rejects.toMatchObject({ type: 'LockLost' });
  });

  test('is told what is wrong with its wish', async () => {
    const { client } = place();
    await expect(acquireLock(client, clientAsk('Not A Resource', 'a'))).rejects.toMatchObject({ type: 'InvalidInput' });
  });
});

describe('over HTTP', () => {
  test('a lock is asked for, waited for, refused with 423, renewed, released and broken', async () => {
    const env = place().resource('file');
    const granted = await ask('kim', 'POST', '/locks/acquire', { resource: env, id: 'one' });
    expect(granted).toMatchObject({ status: 200, state: 'granted', token: expect.any(Number) });
    expect(await ask('lee', 'POST', '/locks/acquire', { resource: env, id: 'one' })).toMatchObject({ status: 202, position: 1 });
    expect(await ask('lee', 'POST', '/locks/acquire', { resource: env, id: 'two', wait_timeout: 0 })).toMatchObject({
      status: 423,
      type: 'ResourceLocked',
      message: expect.stringMatching(/^locked by http:kim since /),
    });
    expect(await ask('eve', 'GET', `/locks/${encodeURIComponent(env)}`)).toMatchObject({ status: 200, is_locked: true, resource: env });
    expect(await ask('kim', 'POST', '/locks/renew', { resource: env, id: 'one' })).toMatchObject({ status: 200 });
    // The same id of another bearer is another wish: lee withdraws his own.
    expect(await ask('lee', 'POST', '/locks/release', { resource: env, id: 'one' })).toMatchObject({ released: true });
    expect(await ask('eve', 'GET', `/locks/${env}`)).toMatchObject({ is_locked: true, holders: [{ holder: { name: 'http:kim' } }] });
    expect(await ask('ada', 'POST', '/locks/break', { resource: env, reason: 'by hand' })).toMatchObject({ broken: ['http:kim/one'] });
    expect(await ask('kim', 'POST', '/locks/renew', { resource: env, id: 'one' })).toMatchObject({ status: 409, type: 'LockLost' });
    expect(await ask('eve', 'GET', `/locks/${env}`)).toMatchObject({ is_locked: false });
  });

  test.each([
    [undefined, 'GET', '/locks', undefined, 401],
    ['eve', 'POST', '/locks/acquire', { resource: 'env:x', id: 'a' }, 403],
    ['kim', 'POST', '/locks/break', { resource: 'env:x', reason: 'mine now' }, 403],
    ['kim', 'GET', '/locks/no%20resource', undefined, 400],
    ['kim', 'GET', '/locks/env:..%2f..%00', undefined, 200],
    ['kim', 'POST', '/locks/acquire', { resource: 'env:x' }, 400],
    ['kim', 'POST', '/locks/acquire', { resource: 'env:x', id: 'a', holder: { kind: 'client', name: 'ada' } }, 400],
    ['kim', 'POST', '/locks/acquire', { resource: 'env:x', id: 'a', wait_timeout: -1 }, 400],
    ['kim', 'POST', '/locks/acquire', { resource: 'env:x', id: 'a', lease: '1 ms' }, 400],
    ['kim', 'POST', '/locks/acquire', { resource: `env:${'x'.repeat(300)}`, id: 'a' }, 400],
    ['kim', 'POST', '/locks/release', { resource: 'env:x', id: '' }, 400],
    ['ada', 'POST', '/locks/break', { resource: 'env:x', reason: '' }, 400],
  ] as const)('%s %s %s %j is answered with %6$i', async (by, method, url, body, status) => {
    expect((await ask(by, method, url, body)).status).toBe(status);
  });
});

describe('at the command line', () => {
  test('locks are listed with holders, waiters and events, and broken with a reason that the holder hears', async () => {
    const { client, resource, start, until } = place();
    const env = resource();
    const handle = await start('holdLocks', { wish: { resources: [env], step: 'deploy', purpose: 'release 7' } });
    await until(env, ({ holders }) => holders.length === 1);
    await acquireLock(client, clientAsk(env, 'someone'));
    // Visibility knows of the entity a moment late.
    await expect.poll(async () => (await type(['locks'], { client })).out, { timeout: 10_000 }).toContain(env);

    const { out } = await type(['locks', env], { client });
    expect(out).toMatch(/holds +exclusive +test-holdLocks\/\S+ +\S+ +release 7/);
    expect(out).toMatch(/waits \(1\) +exclusive +someone/);
    expect(out).toContain('resource.locked');
    expect(JSON.parse((await type(['locks', env, '--json'], { client })).out)).toMatchObject({
      resource: env,
      waiters: [{ id: 'someone' }],
    });

    const broken = await type(['locks', 'break', env, '--reason', 'by hand', '--as', 'kim'], { client });
    expect(broken).toMatchObject({ exit: 0, out: expect.stringContaining(`${env} was taken from`) });
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'LockLost' } });
    expect(await handle.query(heldQuery)).toMatchObject({ cancelled: true });
  });

  test.each([
    [['locks', 'Production'], 2, 'is no resource'],
    [['locks', 'env:free'], 0, 'env:free is free'],
    [['locks', 'break', 'env:free'], 2, '--reason'],
    [['locks', 'break', 'env:free', '--reason', 'x'], 0, 'nobody held env:free'],
  ])('%j ends with %i and says "%s"', async (line, exit, text) => {
    const said = await type(line, { client: place().client });
    expect(said.err).toContain(text);
    expect(said.exit).toBe(exit);
  });
});
