import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { completeDocument } from './complete.ts';
import { namedShapes, problemTypes } from './components.ts';
import { describeRoutes } from './describe.ts';

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

const tags = [
  { name: 'Develop', description: 'Plan a feature, build it, answer its questions; one agent alone.' },
  { name: 'Runs', description: 'Pipelines, and every run whatever its flow.' },
  { name: 'Approvals', description: 'What waits for a person.' },
  { name: 'Locks', description: 'Who may change what, one at a time.' },
  { name: 'Webhooks', description: 'From GitHub and Slack; signed, without a token.' },
  { name: 'Gateway', description: 'The gateway itself.' },
];

/** Collects every route that is registered after this, for `GET /openapi.json` (OpenAPI 3.1). */
export async function collectRoutes(app: FastifyInstance): Promise<void> {
  const registry = namedShapes();
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Mainstay',
        version: '1',
        description: 'Software-delivery agents as durable workflows. Ids hold slashes; in a path they may stand as they are or as %2F.',
      },
      servers: [{ url: '/' }],
      tags,
      components: {
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            description:
              'A token of this gateway. What an operation asks for is one of its roles: viewer (any token), operator, approver, admin.',
          },
        },
        responses: {
          Refused: problem(`What is wrong with the request and what to do. Nothing was started or changed. Types: ${problemTypes()}.`),
          Broken: problem('Something that Mainstay needs is away or broke; with Retry-After where trying again can help.'),
        },
      },
    },
    convertConstToEnum: false,
    transform: describeRoutes(registry),
    transformObject: completeDocument(registry),
  });
}

/** `GET /openapi.json`, for anybody: it says nothing that the documentation does not. */
export async function documentRoute(app: FastifyInstance): Promise<void> {
  const schema = { operationId: 'getDocument', summary: 'This document', tags: ['Gateway'] };
  app.get('/openapi.json', { schema }, async (_request, reply) => reply.type('application/json').send(app.swagger()));
}
