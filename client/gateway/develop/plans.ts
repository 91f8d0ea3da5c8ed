import type { Client } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { PlanFeatureRequest } from '../../../schemas/buildFeature.ts';
import { TodoList } from '../../../schemas/todoList.ts';
import { untilOver } from '../../observe.ts';
import { preparePlan, readPlan, startPlan } from '../../planFeature.ts';
import type { ApiRoutes } from '../api/api.ts';
import { callerOf } from '../authorize.ts';
import { askEngine } from '../engineAnswer.ts';
import { PlannedAnswer, PlanningAnswer } from './answers.ts';
import { restIsId } from './names.ts';

// Proxies give up after half a minute or a whole one.
const longestWaitSeconds = 25;
/** Seconds after which it is worth looking again. */
const lookAgain = 2;

const tags = ['Develop'];
const asked = {
  operationId: 'planFeature',
  summary: 'Plan a feature',
  description:
    '`wait`: seconds that the answer may take; 202 when the plan is not ready by then. A template plans at once, a model takes its time.',
  tags,
  querystring: z.strictObject({ wait: z.coerce.number().min(0).max(longestWaitSeconds).default(2) }),
  body: PlanFeatureRequest.omit({ requestedBy: true }),
  response: { 200: PlannedAnswer, 202: PlanningAnswer },
};
const shown = {
  operationId: 'getTodoList',
  summary: 'A plan',
  description: '202 while it is being made; the failure of the planning when it came to none.',
  tags,
  params: restIsId,
  response: { 200: TodoList, 202: PlanningAnswer },
};

/** `POST /planner/plan` for operators; `GET /planner/todo_list/<id>` (slashes as they are or as %2F) for everybody with a token. */
export async function planRoutes(app: FastifyInstance, { client, authorize }: ApiRoutes): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>();
  const ending = new AbortController();
  app.addHook('preClose', async () => ending.abort());

  api.post('/planner/plan', { onRequest: authorize('operator'), schema: asked }, async (request, reply) => {
    const prepared = await preparePlan({ ...request.body, requestedBy: `http:${callerOf(request).name}` });
    const started = await askEngine(client, () => startPlan(client, prepared));
    const soon = AbortSignal.any([AbortSignal.timeout(request.query.wait * 1000), ending.signal]);
    // Also when Temporal is away by now: the question that follows says so.
    await untilOver(client, started, soon).catch(() => undefined);
    const { workflowId: id } = started;
    const plan = await planOf(client, id);
    if (!plan) return reply.code(202).header('retry-after', lookAgain).send({ todo_list_id: id, status: 'planning' });
    return reply.code(200).send({ todo_list_id: id, todo_list: plan });
  });

  api.get('/planner/todo_list/*', { onRequest: authorize('viewer'), schema: shown, config: { rest: 'id' } }, async (request, reply) => {
    const id = request.params['*'];
    const plan = await planOf(client, id);
    if (!plan) return reply.code(202).header('retry-after', lookAgain).send({ todo_list_id: id, status: 'planning' });
    return reply.code(200).send(plan);
  });
}

async function planOf(client: Client, id: string): Promise<TodoList | undefined> {
  return (await askEngine(client, () => readPlan(client, id)))?.todoList;
}
