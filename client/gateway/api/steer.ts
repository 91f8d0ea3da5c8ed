import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { cancelRun, decide, pauseRun, rerunFrom, resumeRun } from '../../steer.ts';
import { waitingRequests } from '../../waiting.ts';
import { callerOf } from '../authorize.ts';
import { askEngine } from '../engineAnswer.ts';
import { DecisionAnswer, RunIds, WaitingAnswer } from './answers.ts';
import type { ApiRoutes } from './api.ts';
import { runNamed } from './runNamed.ts';

const NamedRun = z.strictObject({ workflowId: z.string().min(1).max(1000), runId: z.uuid().optional() });
const AskedRerun = NamedRun.extend({ stage: z.string().min(1).max(200) });
const AskedDecision = NamedRun.extend({
  request: z.string().min(1).max(300),
  /** Digest of what was shown; with it the decision holds for exactly that. */
  digest: z.string().max(100).optional(),
  verdict: z.enum(['approve', 'reject']),
  comment: z.string().max(2000).optional(),
});

const verbs = {
  cancel: { act: cancelRun, summary: 'End a run; what it changed is undone' },
  pause: { act: pauseRun, summary: 'Start no new step until resume' },
  resume: { act: resumeRun, summary: 'Take a pause back' },
};
const rerun = {
  operationId: 'rerunStage',
  summary: 'Do a stage and all that need it again',
  tags: ['Runs'],
  body: AskedRerun,
  response: { 200: RunIds.extend({ live: z.boolean() }) },
};
const waiting = {
  operationId: 'listApprovals',
  summary: 'Everything that waits for a person',
  tags: ['Approvals'],
  response: { 200: z.object({ approvals: z.array(WaitingAnswer) }) },
};
const decided = {
  operationId: 'decide',
  summary: 'Answer one request of any run',
  tags: ['Approvals'],
  body: AskedDecision,
  response: { 200: DecisionAnswer },
};

/** `POST /runs/cancel`, `/runs/pause`, `/runs/resume`, `/runs/rerun` for operators; `GET /approvals`; `POST /approvals/decide` for approvers. */
export async function steerRoutes(app: FastifyInstance, { client, authorize }: ApiRoutes): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>();

  for (const [verb, { act, summary }] of Object.entries(verbs)) {
    const schema = {
      operationId: `${verb}Run`,
      summary,
      tags: ['Runs'],
      body: NamedRun,
      response: { 200: RunIds.extend({ did: z.string() }) },
    };
    api.post(`/runs/${verb}`, { onRequest: authorize('operator'), schema }, async (request) => {
      const run = await runNamed(client, request.body);
      await askEngine(client, () => act(client, run));
      return { workflowId: run.workflowId, runId: run.runId, did: verb };
    });
  }

  api.post('/runs/rerun', { onRequest: authorize('operator'), schema: rerun }, async (request) => {
    const run = await runNamed(client, request.body);
    const order = { stage: request.body.stage, requestedBy: `http:${callerOf(request).name}` };
    return await askEngine(client, () => rerunFrom(client, run, order));
  });

  api.get('/approvals', { onRequest: authorize('viewer'), schema: waiting }, async () => {
    return { approvals: await askEngine(client, () => waitingRequests(client)) };
  });

  api.post('/approvals/decide', { onRequest: authorize('approver'), schema: decided }, async (request) => {
    const { workflowId, runId, ...decision } = request.body;
    const run = await runNamed(client, { workflowId, runId });
    const by = `http:${callerOf(request).name}`;
    // `waitsFor` says who is asked next, where this was one agreement of several.
    const taken = await askEngine(client, () => decide(client, run, { ...decision, by }));
    return { workflowId: run.workflowId, runId: run.runId, request: decision.request, ...taken };
  });
}
