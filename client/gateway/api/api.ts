import rateLimit from '@fastify/rate-limit';
import type { Client } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Authorize } from '../authorize.ts';
import { lockRoutes } from '../locks.ts';
import type { Tally } from '../tally.ts';
import { runRoutes } from './runs.ts';
import { steerRoutes } from './steer.ts';

export type ApiRoutes = { client: Client; authorize: Authorize; uiUrl?: string };

// A page that asks every second, several of them behind one address, and a script beside it.
const perMinute = 600;

/** The HTTP API: everything that needs a token. Who asks too often, with or without one, gets 429. */
export async function apiRoutes(app: FastifyInstance, { tally, ...options }: ApiRoutes & { tally: Tally }): Promise<void> {
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.decorateRequest('caller');
  await app.register(rateLimit, { global: false });
  // A hook of all routes runs before those of each, which look at the token: also guessing is limited.
  app.addHook('onRequest', app.rateLimit({ max: perMinute, timeWindow: '1 minute' }));
  await runRoutes(app, options);
  await steerRoutes(app, options);
  await lockRoutes(app, options);
  /** What became of the deliveries that came in since the gateway started. */
  app.get('/webhooks', { onRequest: options.authorize('viewer') }, async () => ({ deliveries: tally.lines() }));
}
