import rateLimit from '@fastify/rate-limit';
import type { Client } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Authorize } from '../authorize.ts';
import { developRoutes } from '../develop/develop.ts';
import { lockRoutes } from '../locks.ts';
import { documentRoute } from '../openapi/document.ts';
import type { Tally } from '../tally.ts';
import { runRoutes } from './runs.ts';
import { steerRoutes } from './steer.ts';

export type ApiRoutes = {
  client: Client;
  authorize: Authorize;
  uiUrl?: string;
  /** Clone URL of the GitHub in use, with `{owner}` and `{repo}`; absent: no pull request is opened. */
  githubCloneUrl?: string;
};

// A page that asks every second, several of them behind one address, and a script beside it.
const perMinute = 600;

/** The HTTP API: everything that needs a token. Who asks too often, with or without one, gets 429. */
export async function apiRoutes(app: FastifyInstance, { tally, ...options }: ApiRoutes & { tally: Tally }): Promise<void> {
  app.setValidatorCompiler(validatorCompiler);
  app.decorateRequest('caller');
  await app.register(rateLimit, { global: false });
  // A hook of all routes runs before those of each, which look at the token: also guessing is limited.
  app.addHook('onRequest', app.rateLimit({ max: perMinute, timeWindow: '1 minute' }));
  await runRoutes(app, options);
  await steerRoutes(app, options);
  await lockRoutes(app, options);
  await developRoutes(app, options);
  await tallyRoute(app, { tally, authorize: options.authorize });
  await documentRoute(app);
}

const Deliveries = z.object({
  deliveries: z.array(z.object({ event: z.string(), action: z.string(), outcome: z.string(), count: z.number().int() })),
});

/** `GET /webhooks`: what became of the deliveries that came in since the gateway started. */
async function tallyRoute(app: FastifyInstance, { tally, authorize }: { tally: Tally; authorize: Authorize }): Promise<void> {
  const words = { operationId: 'countDeliveries', summary: 'What became of deliveries since the gateway started', tags: ['Webhooks'] };
  const schema = { ...words, response: { 200: Deliveries } };
  app.get('/webhooks', { onRequest: authorize('viewer'), schema }, async () => ({ deliveries: tally.lines() }));
}
