import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSlackAnnouncer } from '../../../../activities/report/slack/announcer.ts';
import { slackRoutes } from '../../../../client/gateway/slack/route.ts';
import { createTally } from '../../../../client/gateway/tally.ts';
import { quietLogger } from '../../../../workers/logger.ts';
import { approvalRequest } from '../../../support/approvals.ts';
import { openEngine } from '../../../support/gateway.ts';
import { runNews } from '../../../support/news.ts';
import { botToken, type EmulatedSlack, signingSecret, startSlack } from '../../../support/slack/slack.ts';
import type { Asked, waitForDecision } from '../../../support/slack/waitingFlow.ts';

const taskQueue = 'slack-clicks';
const asked = approvalRequest();
const flows: { engine?: Awaited<ReturnType<typeof openEngine>>; close: (() => Promise<unknown>)[] } = { close: [] };

beforeAll(async () => {
  Runtime.install({ logger: quietLogger() });
  const workflowsPath = fileURLToPath(new URL('../../../support/slack/waitingFlow.ts', import.meta.url));
  const [engine, workflowBundle] = await Promise.all([openEngine(), bundleWorkflowCode({ workflowsPath, logger: quietLogger() })]);
  flows.engine = engine;
  const connection = await NativeConnection.connect({ address: engine.address });
  const worker = await Worker.create({ connection, taskQueue, workflowBundle });
  const running = worker.run();
  flows.close = [
    async () => {
      worker.shutdown();
      await running;
    },
    () => connection.close(),
    () => engine.close(),
  ];
});
afterAll(async () => {
  for (const close of flows.close) await close();
});

let slack: EmulatedSlack;
let gateway: FastifyInstance;
let tally: ReturnType<typeof createTally>;
let webhook: string;
beforeEach(async () => {
  slack = await startSlack();
  gateway = Fastify();
  tally = createTally();
  await gateway.register(slackRoutes, { secrets: ['the secret before this one', signingSecret], client: client(), api: slack.api, tally });
  webhook = `${await gateway.listen({ host: '127.0.0.1', port: 0 })}/webhooks/slack`;
});
afterEach(async () => {
  await gateway.close();
  await slack.close();
});

function client() {
  if (!flows.engine) throw new TypeError('the engine opens in beforeAll');
  return flows.engine.client;
}

/** A run that waits, and its message in Slack. */
async function waitingRun(change: Partial<Asked> = {}) {
  const workflowId = `run-pipeline/test/${randomUUID()}`;
  const args: [Asked] = [{ request: asked.id, digest: asked.digest, ...change }];
  const handle = await client().workflow.start<typeof waitForDecision>('waitForDecision', { taskQueue, workflowId, args });
  const key = `${workflowId}/${handle.firstExecutionRunId}`;
  const news = runNews({ workflowId, runId: handle.firstExecutionRunId, key, awaiting: [asked] });
  await createSlackAnnouncer({ slack: { token: botToken, api: slack.api }, links: { run: () => undefined } }).showInSlack(news);
  return handle;
}

async function told(count: number): Promise<string[]> {
  await expect.poll(() => slack.responses.length, { timeout: 20_000 }).toBe(count);
  return slack.responses.map(({ body }) => (body as { text: string }).text);
}

describe('a click', () => {
  it('decides the run that waits, in the name of the account that clicked', async () => {
    const run = await waitingRun();
    const response = await slack.click({ to: webhook, button: 'Approve', user: 'U0ADA' });
    expect(response.status).toBe(200);
    expect(await told(1)).toEqual(['Your approval of deploy/1 was taken.']);
    expect(slack.responses[0]?.body).toMatchObject({ response_type: 'ephemeral', replace_original: false });
    expect(tally.lines()).toEqual([{ event: 'slack', action: 'click', outcome: 'taken', count: 1 }]);
    await expect(decisionOf(run)).resolves.toMatchObject({
      by: 'slack:U0ADA',
      verdict: 'approve',
      request: asked.id,
      digest: asked.digest,
    });
  });

  it('that Slack delivers again is the same decision, and a second click is refused', async () => {
    await waitingRun();
    const at = Date.now() / 1000;
    const click = { to: webhook, button: 'Reject' as const, user: 'U0ADA', at };
    await slack.click(click);
    await slack.click({ ...click, retry: 1 });
    await slack.click({ ...click, at: at + 1 });
    await slack.click({ ...click, button: 'Approve', user: 'U0EVE' });
    const refused = 'Your decision was not taken: it was decided by slack:U0ADA';
    expect(await told(4)).toEqual(['Your rejection of deploy/1 was taken.', 'Your rejection of deploy/1 was taken.', refused, refused]);
  });

  it('that is one of several needed says who is asked still', async () => {
    await waitingRun({ waitsFor: 'step 2 of 2: leads (linus)' });
    await slack.click({ to: webhook, button: 'Approve', user: 'U0ADA' });
    expect(await told(1)).toEqual(['Your approval of deploy/1 was taken. Still asked: step 2 of 2: leads (linus).']);
  });

  it('on a question that has changed is refused with the reason', async () => {
    await waitingRun({ digest: 'f'.repeat(64) });
    expect((await slack.click({ to: webhook, button: 'Approve', user: 'U0ADA' })).status).toBe(200);
    expect(await told(1)).toEqual(['Your decision was not taken: it asks for something else by now']);
  });

  it('on a run that has ended is refused with the reason', async () => {
    const run = await waitingRun();
    await run.terminate();
    await slack.click({ to: webhook, button: 'Approve', user: 'U0ADA' });
    expect(await told(1)).toEqual(['Your decision was not taken: the run has ended']);
  });

  it('that takes longer than Slack waits is answered in time, and its outcome told later', async () => {
    await waitingRun({ slowMs: 3_000 });
    const started = Date.now();
    const response = await slack.click({ to: webhook, button: 'Approve', user: 'U0ADA' });
    expect(response.status).toBe(200);
    expect(Date.now() - started).toBeLessThan(3_000);
    expect(slack.responses).toEqual([]);
    expect(await told(1)).toEqual(['Your approval of deploy/1 was taken.']);
  });

  it('signed with the secret that is being replaced counts, with any other not', async () => {
    await waitingRun();
    const click = { to: webhook, button: 'Approve' as const, user: 'U0ADA' };
    expect((await slack.click({ ...click, secret: 'a wrong secret' })).status).toBe(401);
    expect((await slack.click({ ...click, secret: 'the secret before this one' })).status).toBe(200);
    expect(await told(1)).toEqual(['Your approval of deploy/1 was taken.']);
  });
});

/** The decision that the run took, from its history. */
async function decisionOf(run: Awaited<ReturnType<typeof waitingRun>>): Promise<unknown> {
  const { events } = await run.fetchHistory();
  const payload = events?.flatMap(
    ({ workflowExecutionUpdateAcceptedEventAttributes: accepted }) => accepted?.acceptedRequest?.input?.args?.payloads ?? [],
  )[0];
  return JSON.parse(Buffer.from(payload?.data ?? '').toString('utf8'));
}
