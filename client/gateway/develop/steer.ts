import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { failure } from '../../../schemas/failures.ts';
import { Budget, BudgetGrant } from '../../../schemas/mind.ts';
import { observeRun } from '../../observe.ts';
import { decide } from '../../steer.ts';
import { grantBudget, replanTask, submitTaskResult } from '../../steerBuild.ts';
import type { RunView } from '../../view.ts';
import { DecisionAnswer } from '../api/answers.ts';
import type { ApiRoutes } from '../api/api.ts';
import { callerOf } from '../authorize.ts';
import { askEngine } from '../engineAnswer.ts';
import { WorkIds } from './answers.ts';
import { buildNamed, restIsId, ThatRun, WorkflowId } from './names.ts';

const TaskName = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'is no id of a task, such as t1');
const words = (operationId: string, summary: string, description: string) => ({ operationId, summary, description, tags: ['Develop'] });
const submitted = {
  ...words(
    'submitTaskResult',
    'Hand in the result of a task',
    '`ref`: a branch, tag or commit of the repository. It is proved like any other.',
  ),
  params: z.object({ task_id: TaskName }),
  body: ThatRun.extend({ workflow_id: WorkflowId, ref: z.string().min(1).max(300) }),
  response: { 202: WorkIds.extend({ task_id: z.string(), taken: z.literal(true) }) },
};
const approved = {
  ...words(
    'approveBuild',
    'Answer a question of a build',
    '`request` where several wait; `digest` binds the answer to what was shown. The comment of an escalation is the instruction for the repair.',
  ),
  params: restIsId,
  body: ThatRun.extend({
    request: z.string().min(1).max(200).optional(),
    verdict: z.enum(['approve', 'reject']).default('approve'),
    comment: z.string().max(2000).optional(),
    digest: z.string().max(100).optional(),
  }),
  response: { 200: DecisionAnswer.omit({ workflowId: true, runId: true }).extend(WorkIds.shape) },
};
const granted = {
  ...words('grantBudget', "Add to a build's budget", 'Work that a limit had stopped goes on. Answers the budget as it is now.'),
  params: restIsId,
  body: BudgetGrant.omit({ by: true }).extend(ThatRun.shape),
  response: { 200: WorkIds.extend({ budget: Budget }) },
};
const replanned = {
  ...words(
    'replanTask',
    'Let the planner write a task anew',
    'What was made for the task is given up. The state of the build shows the new task.',
  ),
  params: restIsId,
  body: ThatRun.extend({ task_id: TaskName, instruction: z.string().trim().min(1).max(10_000) }),
  response: { 202: WorkIds.extend({ task_id: z.string() }) },
};

/**
 * What changes a build under way: `POST /orchestrator/task/<task>/result` for operators; `/orchestrator/approve/<id>`, `/orchestrator/grant/<id>` and
 * `/orchestrator/replan/<id>` for approvers, since they answer a question or change what was agreed to. What the build refuses is 409.
 */
export async function steerBuildRoutes(app: FastifyInstance, { client, authorize }: ApiRoutes): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>();
  const config = { rest: 'workflow_id' };
  const build = async (workflowId: string, runId?: string) => await buildNamed(client, { workflowId, runId });

  api.post('/orchestrator/task/:task_id/result', { onRequest: authorize('operator'), schema: submitted }, async (request, reply) => {
    const { workflow_id: id, run_id: runId, ref } = request.body;
    const run = await build(id, runId);
    const result = { task_id: request.params.task_id, ref, by: accountOf(request) };
    return reply.code(202).send({ ...idsOf(run), ...(await askEngine(client, () => submitTaskResult(client, run, result))) });
  });

  const approving = { onRequest: authorize('approver'), preValidation: bodyMayBeAbsent, schema: approved, config };
  api.post('/orchestrator/approve/*', approving, async (request) => {
    const { run_id: runId, request: wanted, ...decision } = request.body;
    const run = await build(request.params['*'], runId);
    const { view } = await askEngine(client, () => observeRun(client, run));
    const question = wanted ?? onlyRequest(view);
    const taken = await askEngine(client, () => decide(client, view, { ...decision, request: question, by: accountOf(request) }));
    return { ...idsOf(run), request: question ?? '', ...taken };
  });

  api.post('/orchestrator/grant/*', { onRequest: authorize('approver'), schema: granted, config }, async (request) => {
    const { run_id: runId, ...more } = request.body;
    const run = await build(request.params['*'], runId);
    const budget = await askEngine(client, () => grantBudget(client, run, { ...more, by: accountOf(request) }));
    return { ...idsOf(run), budget };
  });

  api.post('/orchestrator/replan/*', { onRequest: authorize('approver'), schema: replanned, config }, async (request, reply) => {
    const { run_id: runId, ...order } = request.body;
    const run = await build(request.params['*'], runId);
    await askEngine(client, () => replanTask(client, run, { ...order, by: accountOf(request) }));
    return reply.code(202).send({ ...idsOf(run), task_id: order.task_id });
  });
}

/** A body of which every field can be left out can be left out itself. */
async function bodyMayBeAbsent(request: FastifyRequest): Promise<void> {
  request.body ??= {};
}

/** The one question that waits; a choice among several is the caller's. */
function onlyRequest({ awaiting, workflowId }: RunView): string | undefined {
  if (awaiting.length <= 1) return awaiting[0];
  throw failure('InvalidInput', `request: several requests of ${workflowId} wait: ${awaiting.join(', ')}; name one`, { field: 'request' });
}

function accountOf(request: FastifyRequest): string {
  return `http:${callerOf(request).name}`;
}

function idsOf({ workflowId, runId }: { workflowId: string; runId: string }) {
  return { workflow_id: workflowId, run_id: runId };
}
