import type { Client } from '@temporalio/client';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { failure } from '../../schemas/failures.ts';
import { apiRoutes } from './api/api.ts';
import { createAuthorize } from './authorize.ts';
import { githubRoutes } from './github/route.ts';
import { healthRoutes } from './health.ts';
import { collectRoutes } from './openapi/document.ts';
import { answerProblems, problemOf, refuseWhenEnding, sendProblem } from './problems.ts';
import { slackRoutes } from './slack/route.ts';
import { createTally } from './tally.ts';
import { openTokens } from './tokens.ts';

/** `services` is `Services` of the configuration. */
export type GatewayDeps = {
  client: Client;
  services: { gateway: GatewayServices; slack?: { api: string }; github?: { cloneUrl: string } };
  /** Folder of everything kept on this machine. */
  home: string;
  /** Temporal's Web UI, without a slash at the end. */
  uiUrl?: string;
  /** Takes what operators should know. */
  log?: (text: string) => void;
};
type GatewayServices = {
  githubSecrets: readonly string[];
  slackSecrets: readonly string[];
  cloneUrl: string;
  trusted: readonly string[];
  tokensFile?: string;
};

// A body of 25 MB over a slow line; who is slower holds a connection for nothing.
const requestTimeoutMs = 60_000;

/** The gateway, not listening yet: webhooks, HTTP API, health. It keeps nothing: what it has answered with 2xx is Temporal's. */
export async function createGateway({ client, services, home, uiUrl, log = () => undefined }: GatewayDeps): Promise<FastifyInstance> {
  const { githubSecrets, slackSecrets, cloneUrl, trusted, tokensFile } = services.gateway;
  const authorize = createAuthorize(await openTokens({ file: tokensFile, home, log }));
  const tally = createTally();

  const app = Fastify({
    requestTimeout: requestTimeoutMs,
    return503OnClosing: false,
    bodyLimit: 2 ** 20,
    // What is no path at all (`%zz`) comes to no route and to no error handler.
    frameworkErrors: (error, _request, reply) => void sendProblem(reply as FastifyReply, problemOf(error)),
  });
  // Answers go out as they are: their shapes are checked when the code is, and a field too many in an old record breaks nothing.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
  answerProblems(app, log);
  refuseWhenEnding(app);
  app.addHook('onSend', async (_request, reply) => {
    reply.headers({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
  });
  await collectRoutes(app);
  await app.register(healthRoutes, { client });
  await app.register(githubRoutes, { client, secrets: githubSecrets, cloneUrl, trusted, tally, log });
  await app.register(slackRoutes, { client, secrets: slackSecrets, api: services.slack?.api, tally });
  await app.register(apiRoutes, { client, authorize, uiUrl, tally, githubCloneUrl: services.github?.cloneUrl });
  return app;
}

/** Starts to listen; answers the URL. `InvalidInput` when the address cannot be had. */
export async function listen(gateway: FastifyInstance, { host, port }: { host: string; port: number }): Promise<string> {
  try {
    return await gateway.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw failure(
      'InvalidInput',
      `MAINSTAY_LISTEN: ${host}:${port} cannot be had (${code}): end who uses it, or name another`,
      undefined,
      error,
    );
  }
}
