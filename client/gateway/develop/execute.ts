import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { BuildFeatureRequest } from '../../../schemas/buildFeature.ts';
import { failure } from '../../../schemas/failures.ts';
import { TodoList } from '../../../schemas/todoList.ts';
import { preparePlannedBuild, startBuild } from '../../buildFeature.ts';
import type { ApiRoutes } from '../api/api.ts';
import { callerOf } from '../authorize.ts';
import { askEngine } from '../engineAnswer.ts';
import { type Caller, mayAct } from '../tokens.ts';
import { WorkStarted } from './answers.ts';
import { WorkflowId } from './names.ts';

const { shape } = BuildFeatureRequest;

/** What is not said here the plan says, or the flow's own default holds. */
const AskedBuild = z
  .strictObject({
    todo_list_id: WorkflowId.optional(),
    todo_list: TodoList.optional(),
    /** True: the caller agrees in advance to every approval of this run. */
    approve: z.boolean().default(false),
    approvedBy: z.never('say "approve": true; the name is that of the token').optional(),
    autonomy: shape.autonomy.unwrap().optional(),
    budget: shape.budget.unwrap().optional(),
    decideWithin: shape.decideWithin.unwrap().optional(),
    onApprovalTimeout: shape.onApprovalTimeout.unwrap().optional(),
    maxDebugAttempts: shape.maxDebugAttempts.unwrap().optional(),
    maxParallel: shape.maxParallel.unwrap().optional(),
    testTimeout: shape.testTimeout.unwrap().optional(),
    commandTimeout: shape.commandTimeout.unwrap().optional(),
    heartbeatTimeout: shape.heartbeatTimeout.unwrap().optional(),
    workerWait: shape.workerWait.unwrap().optional(),
    modelWait: shape.modelWait.unwrap().optional(),
    isolation: shape.isolation.unwrap().optional(),
    trusted: shape.trusted.unwrap().optional(),
    publish: shape.publish.unwrap().optional(),
    correlation: shape.correlation,
  })
  .refine(({ todo_list_id: id, todo_list: list }) => id !== undefined || list !== undefined, {
    path: ['todo_list_id'],
    message: 'name a plan: the todo_list_id that POST /planner/plan answered, or a corrected todo_list',
  })
  .refine(({ todo_list_id: id, todo_list: list }) => id === undefined || list === undefined || list.id === id, {
    path: ['todo_list', 'id'],
    message: 'is not todo_list_id: leave one of the two out',
  });
type AskedBuild = z.infer<typeof AskedBuild>;

const schema = {
  operationId: 'executePlan',
  summary: 'Build what a plan says',
  description:
    'By `todo_list_id`, or with the whole `todo_list` where a person corrected its summary or tasks; its id stays. ' +
    '`approve`, `autonomy: full` and `onApprovalTimeout: approve` ask for the role approver, too.',
  tags: ['Develop'],
  body: AskedBuild,
  response: { 202: WorkStarted },
};

/** `POST /orchestrator/execute` for operators; where nobody would be asked, for approvers. */
export async function executeRoutes(app: FastifyInstance, { client, authorize, githubCloneUrl }: ApiRoutes): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>();

  api.post('/orchestrator/execute', { onRequest: authorize('operator'), schema }, async (request, reply) => {
    const caller = callerOf(request);
    const { todo_list_id: id, todo_list: corrected, approve, approvedBy: _nobody, ...asked } = request.body;
    refuseUnasked(caller, request.body);
    const by = `http:${caller.name}`;
    const agreed = approve ? { approvedBy: by } : {};
    const input = { ...asked, ...agreed, corrected, todo_list_id: corrected?.id ?? id ?? '', requestedBy: by };
    const prepared = await askEngine(client, () => preparePlannedBuild(client, input, { cloneUrl: githubCloneUrl }));
    const { workflowId, runId, joined } = await askEngine(client, () => startBuild(client, prepared));
    return reply.code(202).send({ workflow_id: workflowId, run_id: runId, joined });
  });
}

/** A build that asks nobody is agreed to by who starts it. */
function refuseUnasked(caller: Caller, { approve, autonomy, onApprovalTimeout }: AskedBuild): void {
  if ((!approve && autonomy !== 'full' && onApprovalTimeout !== 'approve') || mayAct(caller, 'approver')) return;
  const instead = 'leave out approve, autonomy: full and onApprovalTimeout: approve, and approvals are asked';
  throw failure('NotAuthorized', `${caller.name} is no approver: ${instead}`);
}
