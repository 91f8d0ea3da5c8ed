import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { failure, failureType } from '../../../schemas/failures.ts';
import { createIntake } from '../intake.ts';
import { problemOf, sendProblem } from '../problems.ts';
import type { Tally } from '../tally.ts';
import { actionsOf, type Delivery } from './actions.ts';
import { payloadOf, textOf } from './payload.ts';
import { createRelay, type Outcome, type RelayDeps } from './relay.ts';
import { createSignatureCheck } from './signature.ts';

export type GitHubRoutes = RelayDeps & { secrets: readonly string[]; tally: Tally; log: (text: string) => void };

// What GitHub itself does not exceed. https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap
const bodyLimit = 25 * 2 ** 20;
const mostBytes = 256 * 2 ** 20;

const Headers = z.object({
  'x-github-event': z.string('is missing').regex(/^[a-z][a-z0-9_-]{0,63}$/, 'is not the name of an event'),
  'x-github-delivery': z.string('is missing').regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'is not the id of a delivery'),
});

const schema = {
  operationId: 'takeGitHubDelivery',
  summary: 'A delivery of a GitHub webhook',
  description: 'Signed by X-Hub-Signature-256; answered 202 once Temporal has durably taken what it asks for.',
  tags: ['Webhooks'],
  response: { 202: z.object({ accepted: z.boolean(), reason: z.string().optional(), actions: z.array(z.unknown()) }) },
};
const config = { documentedBody: z.looseObject({}) };

/**
 * `POST /webhooks/github`. 202 once Temporal has durably taken what the delivery asks for, or when it asks for nothing (`accepted: false` and
 * why). 401 bad signature, 413 too large, 415 other content, 400 headers, 422 payload; 503 with `Retry-After` while Temporal is away: GitHub
 * shows the delivery as failed then, and reconcile has it redelivered.
 */
export async function githubRoutes(app: FastifyInstance, { secrets, tally, log, ...deps }: GitHubRoutes): Promise<void> {
  const isSigned = createSignatureCheck(secrets);
  const relay = createRelay(deps);
  const takeIn = createIntake({ mostBytes, longest: bodyLimit });

  // Kept as the bytes that were signed; the limit is enforced while they arrive.
  app.removeAllContentTypeParsers();
  const types = ['application/json', 'application/x-www-form-urlencoded'];
  app.addContentTypeParser(types, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
    if (secrets.length === 0) throw failure('NotConfigured', 'set MAINSTAY_GITHUB_WEBHOOK_SECRET to the secret of the webhook on GitHub');
    // Nothing of an unsigned body is read.
    if (request.headers['x-hub-signature-256'] === undefined) return unsigned(reply);
    takeIn(request, reply);
  };

  app.post('/webhooks/github', { bodyLimit, onRequest, schema, config }, async (request, reply) => {
    const text = textOf(request.body instanceof Buffer ? request.body : Buffer.alloc(0));
    if (!(await isSigned(text, String(request.headers['x-hub-signature-256'])))) return unsigned(reply);
    const { 'x-github-event': event, 'x-github-delivery': id } = headersOf(request);
    try {
      const delivery: Delivery = { event, payload: payloadOf(text, request.headers['content-type'] ?? ''), delivery: id };
      const outcomes: Outcome[] = [];
      for (const action of actionsOf(delivery)) outcomes.push(await relay(action));
      for (const { outcome, reason } of outcomes) tally.count({ event, action: actionName(delivery.payload), outcome: reason ?? outcome });
      return reply.code(202).send(answerOf(outcomes));
    } catch (error) {
      const sent = problemOf(error);
      tally.count({ event, action: '', outcome: sent.type });
      if (sent.status >= 500) log(`delivery ${id} of ${event} was not taken: ${String(error)}`);
      return sendProblem(reply, failureType(error) === 'InvalidInput' ? { ...sent, status: 422 } : sent);
    }
  });
}

function unsigned(reply: FastifyReply): FastifyReply {
  const message = 'X-Hub-Signature-256 does not fit the body: is the secret on GitHub the one in MAINSTAY_GITHUB_WEBHOOK_SECRET?';
  return sendProblem(reply, { status: 401, type: 'SignatureInvalid', message });
}

function headersOf(request: FastifyRequest): z.infer<typeof Headers> {
  const parsed = Headers.safeParse(request.headers);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  throw failure('InvalidInput', `${field}: ${issue?.message}`, { field });
}

function answerOf(outcomes: Outcome[]) {
  const taken = outcomes.filter(({ outcome }) => outcome !== 'ignored' && outcome !== 'over' && outcome !== 'refused');
  const first = outcomes[0];
  return taken.length > 0
    ? { accepted: true, actions: outcomes }
    : { accepted: false, reason: first?.reason ?? first?.outcome, actions: outcomes };
}

function actionName(payload: unknown): string {
  const action = payload && typeof payload === 'object' && 'action' in payload ? payload.action : undefined;
  return typeof action === 'string' && /^[a-z_]{1,64}$/.test(action) ? action : '';
}
