import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { failureCatalogue, failureMessage, failureType } from '../../schemas/failures.ts';

/** What is wrong and what to do, as every refusal of the gateway says it. `type` is one of the failure catalogue where it has one. */
export const Problem = z.object({ type: z.string(), message: z.string(), field: z.string().optional() });
export type Problem = z.infer<typeof Problem>;

type Sent = Problem & { status: number; retryAfterSeconds?: number };

/** Answers a refusal as `application/problem+json`. */
export function sendProblem(reply: FastifyReply, { status, retryAfterSeconds, ...problem }: Sent): FastifyReply {
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  return reply.code(status).type('application/problem+json').send(problem);
}

/** Unknown routes and everything thrown, as problem JSON; what is nobody's fault but ours is told to `log` and not to the caller. */
export function answerProblems(app: FastifyInstance, log: (text: string) => void): void {
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, { status: 404, type: 'NotFound', message: `there is no ${request.method} ${request.url.split('?')[0]}` }),
  );
  app.setErrorHandler((error, request, reply) => {
    const sent = problemOf(error);
    if (sent.status >= 500)
      log(`${request.method} ${request.routeOptions.url ?? '?'} ${sent.status} ${sent.type}: ${failureMessage(error)}`);
    return sendProblem(reply, sent);
  });
}

/** The refusal for anything thrown. */
export function problemOf(error: unknown): Sent {
  const type = failureType(error);
  if (type) {
    const { http: status, permanent } = failureCatalogue[type];
    return { status, type, message: failureMessage(error), field: fieldOf(error), retryAfterSeconds: permanent ? undefined : laterSeconds };
  }
  const { statusCode = 500, validation, message } = error as Partial<FastifyError>;
  const first = validation?.[0];
  if (first) {
    const field = first.instancePath.split('/').filter(Boolean).join('.') || undefined;
    return { status: 400, type: 'InvalidInput', message: `${field ?? 'request'}: ${first.message}`, field };
  }
  if (statusCode === 429) return { status: 429, type: 'TooManyRequests', message: message ?? 'too many requests: try again later' };
  if (statusCode >= 400 && statusCode < 500)
    return { status: statusCode, type: 'InvalidInput', message: message ?? 'not a request we know' };
  return { status: 500, type: 'Unexpected', message: 'something broke in the gateway: its log says what' };
}

/** When to try again what was refused because something else is away. */
export const laterSeconds = 10;

/** Refuses everything with 503 from the moment the gateway begins to end. */
export function refuseWhenEnding(app: FastifyInstance): void {
  const state = { ending: false };
  app.addHook('preClose', async () => {
    state.ending = true;
  });
  app.addHook('onRequest', async (_request: FastifyRequest, reply) => {
    if (!state.ending) return;
    reply.header('connection', 'close');
    const message = 'the gateway is ending: try again in a moment';
    return sendProblem(reply, { status: 503, type: 'EngineUnavailable', message, retryAfterSeconds: laterSeconds });
  });
}

function fieldOf(error: unknown): string | undefined {
  const details = (error as { details?: unknown[] }).details?.[0];
  const field = details && typeof details === 'object' && 'field' in details ? details.field : undefined;
  return typeof field === 'string' ? field : undefined;
}
