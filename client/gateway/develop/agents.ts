import type { Client } from '@temporalio/client';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AgentTaskRequest } from '../../../schemas/agentTask.ts';
import { failure } from '../../../schemas/failures.ts';
import { agentTaskId, taskQueues } from '../../../schemas/names.ts';
import { nearest } from '../../../schemas/nearest.ts';
import { DevelopRole, developRoles } from '../../../schemas/todoList.ts';
import { prepareAgentTask, startAgentTask } from '../../runAgentTask.ts';
import { howServed } from '../../served.ts';
import type { ApiRoutes } from '../api/api.ts';
import { callerOf } from '../authorize.ts';
import { askEngine } from '../engineAnswer.ts';
import { sendProblem } from '../problems.ts';
import { AgentAnswer, WorkStarted } from './answers.ts';

const params = z.object({ role: DevelopRole });
const tags = ['Develop'];
const tasked = {
  operationId: 'startAgentTask',
  summary: 'Let one agent work alone',
  description:
    'It gets what it needs from the agents before it: a coder its contract and tests. GET /runs/<workflow_id> shows the task and what came of it.',
  tags,
  params,
  body: AgentTaskRequest.omit({ role: true, requestedBy: true }),
  response: { 202: WorkStarted },
};
const looked = {
  operationId: 'getAgent',
  summary: 'Whether an agent is served, and what it has to do',
  description:
    '`pollers`: workers that have lately asked for work; `running`: tasks that POST /agent/{role}/task started and that go on; `backlog`: steps that wait for a worker, about.',
  tags,
  params,
  response: { 200: AgentAnswer },
};

/** `POST /agent/<role>/task` for operators, `GET /agent/<role>/status`; 404 for a role that there is not. */
export async function agentRoutes(app: FastifyInstance, { client, authorize }: ApiRoutes): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>();

  const tasking = { onRequest: authorize('operator'), preValidation: knownRole, schema: tasked };
  api.post('/agent/:role/task', tasking, async (request, reply) => {
    const { role } = request.params;
    if (role === 'debugger' && request.body.candidate === undefined) {
      throw failure('InvalidInput', 'candidate: name the commit that the debugger looks at', { field: 'candidate' });
    }
    const prepared = await prepareAgentTask({ ...request.body, role, requestedBy: `http:${callerOf(request).name}` });
    const { workflowId, runId, joined } = await askEngine(client, () => startAgentTask(client, prepared));
    return reply.code(202).send({ workflow_id: workflowId, run_id: runId, joined });
  });

  const looking = { onRequest: authorize('viewer'), preValidation: knownRole, schema: looked };
  api.get('/agent/:role/status', looking, async (request) => {
    const { role } = request.params;
    const [queue, running] = await askEngine(client, () => Promise.all([howServed(client, role), runningTasks(client, role)]));
    return { role, queue: taskQueues[role], served: queue.pollers > 0, ...queue, running };
  });
}

async function knownRole(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  const { role } = request.params as { role: string };
  if (DevelopRole.safeParse(role).success) return undefined;
  const message = `there is no agent of that name${nearest(role, developRoles)}: the roles are ${developRoles.join(', ')}`;
  return sendProblem(reply, { status: 404, type: 'NotFound', message, field: 'role' });
}

async function runningTasks(client: Client, role: DevelopRole): Promise<number> {
  const prefix = agentTaskId(role, '', '').replace(/\/+$/, '/');
  const query = `WorkflowType = 'runAgentTask' AND ExecutionStatus = 'Running' AND WorkflowId STARTS_WITH '${prefix}'`;
  return (await client.workflow.count(query)).count;
}
