import type { Client } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { failure } from '../../../schemas/failures.ts';
import { PipelineRequest } from '../../../schemas/pipelineRequest.ts';
import { observeRun } from '../../observe.ts';
import { preparePipeline, startPipeline } from '../../runPipeline.ts';
import { listRuns } from '../../runs.ts';
import { callerOf } from '../authorize.ts';
import { askEngine } from '../engineAnswer.ts';
import { mayAct } from '../tokens.ts';
import { RunSummaryAnswer, RunViewAnswer, StartedAnswer } from './answers.ts';
import type { ApiRoutes } from './api.ts';
import { runNamed } from './runNamed.ts';

// What only Mainstay itself knows of a run: a caller who could say it would speak for others, or choose the rules that judge the change.
const ours = {
  requestedBy: true,
  authors: true,
  earlierApprovals: true,
  review: true,
  fork: true,
  rulesAt: true,
  pipelineAt: true,
  withholdDeploys: true,
} as const;
const AskedRun = PipelineRequest.omit(ours).extend({
  /** True: the caller agrees in advance to every approval of this run. */
  approve: z.boolean().default(false),
  approvedBy: z.never('say "approve": true; the name is that of the token').optional(),
});

const Filter = z.strictObject({
  status: z.enum(['running', 'waiting', 'passed', 'failed', 'cancelled']).optional(),
  repository: z.string().max(200).optional(),
  awaiting: z.stringbool().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

const tags = ['Runs'];
const listed = {
  operationId: 'listRuns',
  summary: 'Runs, newest first',
  tags,
  querystring: Filter,
  response: { 200: z.object({ runs: z.array(RunSummaryAnswer) }) },
};
const shown = {
  operationId: 'getRun',
  summary: 'One run in full, of any flow',
  description: '`runId` names one that is not the newest of its id.',
  tags,
  params: z.object({ '*': z.string().min(1).max(1000) }),
  querystring: z.strictObject({ runId: z.uuid().optional() }),
  response: { 200: RunViewAnswer },
};
const begun = {
  operationId: 'startRun',
  summary: 'Start a pipeline, or join the live run of the same commit',
  description: '`approve` and `onApprovalTimeout: approve` ask for the role approver, too.',
  tags,
  body: AskedRun,
  response: { 202: StartedAnswer },
};

/**
 * `GET /runs` newest first, `GET /runs/<workflow id>` (slashes as they are or as %2F; `?runId=` for one that is not the newest), `POST /runs`.
 * Looking needs any token, starting an operator's; agreeing in advance needs an approver's too.
 */
export async function runRoutes(app: FastifyInstance, { client, authorize, uiUrl }: ApiRoutes): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>();

  api.get('/runs', { onRequest: authorize('viewer'), schema: listed }, async (request) => {
    return { runs: await askEngine(client, () => listRuns(client, request.query)) };
  });

  api.get('/runs/*', { onRequest: authorize('viewer'), schema: shown, config: { rest: 'workflowId' } }, async (request) => {
    const run = await runNamed(client, { workflowId: request.params['*'], runId: request.query.runId });
    const { view } = await askEngine(client, () => observeRun(client, run));
    return { ...view, link: uiUrl && linkOf(uiUrl, client, run) };
  });

  api.post('/runs', { onRequest: authorize('operator'), schema: begun }, async (request, reply) => {
    const { approve, ...asked } = request.body;
    const caller = callerOf(request);
    if ((approve || asked.onApprovalTimeout === 'approve') && !mayAct(caller, 'approver')) {
      throw failure('NotAuthorized', `${caller.name} is no approver: leave out approve and onApprovalTimeout, and approvals are asked`);
    }
    const by = `http:${caller.name}`;
    const prepared = await preparePipeline({ ...asked, requestedBy: by, approvedBy: approve ? by : undefined });
    return reply.code(202).send(await askEngine(client, () => startPipeline(client, prepared)));
  });
}

function linkOf(uiUrl: string, client: Client, { workflowId, runId }: { workflowId: string; runId: string }): string {
  return `${uiUrl}/namespaces/${client.options.namespace}/workflows/${encodeURIComponent(workflowId)}/${runId}`;
}
