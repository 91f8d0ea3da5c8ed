import type { Client } from '@temporalio/client';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { failure } from '../../schemas/failures.ts';
import { LockAnswer, LockAsk, LockView, ResourceId } from '../../schemas/locks.ts';
import { acquireLock, breakLock, getLock, listLocks, releaseLock, renewLock } from '../locks.ts';
import { type Authorize, callerOf } from './authorize.ts';

const WishId = z.string().min(1).max(80);
const AskedLock = LockAsk.pick({ resource: true, mode: true, priority: true, lease: true, purpose: true }).extend({
  id: WishId,
  wait_timeout: z.union([LockAsk.shape.waitTimeout.unwrap(), z.literal(0).transform(() => '0 seconds')]).default('1 hour'),
});
const NamedLock = z.strictObject({ resource: ResourceId, id: WishId });
const AskedBreak = z.strictObject({ resource: ResourceId, id: z.string().max(300).optional(), reason: z.string().min(3).max(500) });

const words = (operationId: string, summary: string) => ({ operationId, summary, tags: ['Locks'] });
const [granted, queued] = LockAnswer.options;
const listed = { ...words('listLocks', 'Every lock in use'), response: { 200: z.object({ locks: z.array(LockView) }) } };
const shown = {
  ...words('getLock', 'Who holds a resource and who waits for it'),
  params: z.object({ '*': ResourceId }),
  response: { 200: LockView.extend({ is_locked: z.boolean() }) },
};
const acquired = {
  ...words('acquireLock', 'Ask for a resource: granted, or queued'),
  description: 'The same id again is the same wish: ask again to learn of the grant.',
  body: AskedLock,
  response: { 200: granted, 202: queued },
};
const renewed = { ...words('renewLock', 'Hold on to a lock'), body: NamedLock, response: { 200: z.object({ leaseEndsAt: z.string() }) } };
const released = {
  ...words('releaseLock', 'Give a lock back, or leave the queue'),
  body: NamedLock,
  response: { 200: z.object({ released: z.boolean() }) },
};
const broken = {
  ...words('breakLock', 'Take a lock from who holds it'),
  body: AskedBreak,
  response: { 200: z.object({ broken: z.array(z.string()) }) },
};

/**
 * `GET /locks`, `GET /locks/<resource>` (slashes as they are or as %2F); `POST /locks/acquire` (200 granted, 202 queued, 423 refused), `/locks/renew`,
 * `/locks/release` for operators, `/locks/break` for admins. The holder is the token's bearer, and ids of different bearers never meet.
 */
export async function lockRoutes(app: FastifyInstance, { client, authorize }: { client: Client; authorize: Authorize }): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>();

  api.get('/locks', { onRequest: authorize('viewer'), schema: listed }, async () => ({ locks: await listLocks(client) }));

  api.get('/locks/*', { onRequest: authorize('viewer'), schema: shown, config: { rest: 'resource' } }, async (request) => {
    const view = await getLock(client, request.params['*']);
    return { is_locked: view.holders.length > 0, ...view };
  });

  api.post('/locks/acquire', { onRequest: authorize('operator'), schema: acquired }, async (request, reply) => {
    const { id, wait_timeout: waitTimeout, ...wish } = request.body;
    const holder = { kind: 'client' as const, name: nameOf(request) };
    const answer = await acquireLock(client, { ...wish, id: ownId(request, id), waitTimeout, holder });
    if (answer.state === 'refused') throw failure('ResourceLocked', answer.reason, { lockedBy: answer.lockedBy });
    return reply.code(answer.state === 'queued' ? 202 : 200).send(answer);
  });

  api.post('/locks/renew', { onRequest: authorize('operator'), schema: renewed }, async (request) => {
    const { resource, id } = request.body;
    return await renewLock(client, { resource, id: ownId(request, id) });
  });
  api.post('/locks/release', { onRequest: authorize('operator'), schema: released }, async (request) => {
    const { resource, id } = request.body;
    return await releaseLock(client, { resource, id: ownId(request, id) });
  });

  api.post('/locks/break', { onRequest: authorize('admin'), schema: broken }, async (request) => {
    return await breakLock(client, { ...request.body, by: nameOf(request) });
  });
}

/** Nobody can renew or release under a name that is not theirs. */
function ownId(request: FastifyRequest, id: string): string {
  return `${nameOf(request)}/${id}`;
}

function nameOf(request: FastifyRequest): string {
  return `http:${callerOf(request).name}`;
}
