import type { Client } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { askEngine } from './engineAnswer.ts';

const readyWithinMs = 2_000;
const lives = {
  operationId: 'getHealth',
  summary: 'This process lives',
  tags: ['Gateway'],
  response: { 200: z.object({ status: z.literal('ok') }) },
};
const ready = {
  operationId: 'getReady',
  summary: 'Temporal answers, so deliveries and calls can be taken',
  tags: ['Gateway'],
  response: { 200: z.object({ status: z.literal('ready'), namespace: z.string() }) },
};

/** `/health`: this process lives. `/ready`: Temporal answers, so that deliveries and calls can be taken; else 503. */
export async function healthRoutes(app: FastifyInstance, { client }: { client: Client }): Promise<void> {
  app.get('/health', { schema: lives }, async () => ({ status: 'ok' }));
  app.get('/ready', { schema: ready }, async () => {
    const { namespace } = client.options;
    const answer = await askEngine(client, () => client.workflowService.describeNamespace({ namespace }), readyWithinMs);
    return { status: 'ready', namespace: answer.namespaceInfo?.name ?? namespace };
  });
}
