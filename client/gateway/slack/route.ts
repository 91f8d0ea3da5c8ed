import type { Client } from '@temporalio/client';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { failure } from '../../../schemas/failures.ts';
import { problemOf, sendProblem } from '../problems.ts';
import type { Tally } from '../tally.ts';
import { decideByClick } from './decision.ts';
import { type Click, readRequest, type SlackRequest } from './payload.ts';
import { createResponder } from './responder.ts';
import { createSignatureCheck, type SlackHeaders } from './signature.ts';

export type SlackRoutes = {
  /** Signing secrets that are valid now; none: every request is refused with what to set. */
  secrets: readonly string[];
  client: Client;
  /** Address of the Slack in use; the real one's hosts are known. */
  api?: string;
  now?: () => number;
  tally?: Tally;
};

const bodyLimit = 2 ** 20;
// Slack shows an error after three seconds. https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response
const answerWithinMs = 2_500;

const schema = {
  operationId: 'takeSlackRequest',
  summary: 'An interaction of Slack: a button of an approval',
  description: 'Signed by X-Slack-Signature; answered within three seconds.',
  tags: ['Webhooks'],
  consumes: ['application/x-www-form-urlencoded', 'application/json'],
};
const config = { documentedBody: z.looseObject({}) };

/**
 * `POST /webhooks/slack`. 200 for everything that Slack signed, within three seconds: a decision that takes longer goes on, and its outcome goes to
 * the person who clicked. 401 with the reason for what is not signed, too old or too new, 400 for what is none of Slack's shapes, 413 too large, 415
 * other content, 503 without a signing secret.
 */
export async function slackRoutes(app: FastifyInstance, { secrets, client, api, now = Date.now, tally }: SlackRoutes): Promise<void> {
  const check = createSignatureCheck(secrets, now);
  const respond = createResponder(api);
  const underWay = new Set<Promise<void>>();

  const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
    if (secrets.length === 0) return sendProblem(reply, problemOf(unconfigured()));
    // Nothing of an unsigned body is read.
    const refusal = check.refusesHeaders(headersOf(request));
    if (refusal !== undefined) return unsigned(reply, refusal);
  };

  async function decide(click: Click): Promise<void> {
    const { outcome, text } = await decideByClick(client, click);
    const told = await respond(click.responseUrl, text);
    count('click', told ? outcome : `${outcome}, not told`);
  }

  function count(action: string, outcome: string): void {
    tally?.count({ event: 'slack', action, outcome });
  }

  // In a scope of its own: elsewhere a body is parsed, here it is kept as the bytes that were signed.
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    const types = ['application/json', 'application/x-www-form-urlencoded'];
    scope.addContentTypeParser(types, { parseAs: 'buffer' }, (_request, body, taken) => taken(null, body));
    scope.addHook('onClose', async () => void (await Promise.allSettled(underWay)));

    scope.post('/webhooks/slack', { bodyLimit, onRequest, schema, config }, async (request, reply) => {
      const body = request.body instanceof Buffer ? request.body : Buffer.alloc(0);
      const refusal = check.refusesBody(body, headersOf(request));
      if (refusal !== undefined) return unsigned(reply, refusal);
      const asked = understood(body, request.headers['content-type'] ?? '');
      if (asked.kind === 'problem') {
        count('unreadable', 'refused');
        return sendProblem(reply, asked.problem);
      }
      if (asked.kind === 'challenge') return reply.send({ challenge: asked.challenge });
      if (asked.kind === 'unknown') {
        count(asked.what, 'ignored');
        return reply.send();
      }
      const decided = Promise.all(asked.clicks.map(decide)).then(() => undefined);
      underWay.add(decided);
      void decided.finally(() => underWay.delete(decided));
      await Promise.race([decided, soon()]);
      return reply.send();
    });
  });
}

function understood(body: Buffer, contentType: string): SlackRequest | { kind: 'problem'; problem: ReturnType<typeof problemOf> } {
  try {
    return readRequest(body, contentType);
  } catch (error) {
    return { kind: 'problem', problem: problemOf(error) };
  }
}

function unconfigured(): Error {
  return failure('NotConfigured', 'set MAINSTAY_SLACK_SIGNING_SECRET to the signing secret of the Slack app');
}

function headersOf({ headers }: FastifyRequest): SlackHeaders {
  return { timestamp: textOf(headers['x-slack-request-timestamp']), signature: textOf(headers['x-slack-signature']) };
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}

function unsigned(reply: FastifyReply, message: string): FastifyReply {
  return sendProblem(reply, { status: 401, type: 'SignatureInvalid', message });
}

async function soon(): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, answerWithinMs).unref());
}
