import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { ApiRoutes } from '../api/api.ts';
import { askEngine } from '../engineAnswer.ts';
import { BuildStateAnswer } from './answers.ts';
import { buildState } from './buildState.ts';
import { buildNamed, restIsId, ThatRun } from './names.ts';

// Up to three questions to a worker, of which each may take three seconds.
const answerWithinMs = 15_000;

const schema = {
  operationId: 'getBuild',
  summary: 'State of a build, alive or finished',
  description: 'With its tasks, debug branches and budget. `run_id` names one that is not the newest of its id.',
  tags: ['Develop'],
  params: restIsId,
  querystring: ThatRun,
  response: { 200: BuildStateAnswer },
};

/** `GET /orchestrator/status/<workflow id>`, slashes as they are or as %2F. */
export async function statusRoutes(app: FastifyInstance, { client, authorize }: ApiRoutes): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>();
  const options = { onRequest: authorize('viewer'), schema, config: { rest: 'workflow_id' } };

  api.get('/orchestrator/status/*', options, async (request) => {
    const run = await buildNamed(client, { workflowId: request.params['*'], runId: request.query.run_id });
    return await askEngine(client, () => buildState(client, run), answerWithinMs);
  });
}
