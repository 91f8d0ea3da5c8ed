import type { Client } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import { askEngine } from './engineAnswer.ts';

const readyWithinMs = 2_000;

/** `/health`: this process lives. `/ready`: Temporal answers, so that deliveries and calls can be taken; else 503. */
export async function healthRoutes(app: FastifyInstance, { client }: { client: Client }): Promise<void> {
  app.get('/health', async () => ({ status: 'ok' }));
  app.get('/ready', async () => {
    const { namespace } = client.options;
    const answer = await askEngine(client, () => client.workflowService.describeNamespace({ namespace }), readyWithinMs);
    return { status: 'ready', namespace: answer.namespaceInfo?.name ?? namespace };
  });
}
