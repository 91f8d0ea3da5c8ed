import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

const Schema = z.record(z.string(), z.unknown());
const Content = z.record(z.string(), z.object({ schema: Schema }));
const Response = z.union([z.object({ $ref: z.string() }), z.object({ description: z.string().min(1), content: Content.optional() })]);
const Parameter = z.object({ name: z.string(), in: z.enum(['path', 'query', 'header']), required: z.boolean().optional(), schema: Schema });

/** What OpenAPI 3.1 asks of a document, as far as ours goes. https://spec.openapis.org/oas/v3.1.0 */
export const ApiDocument = z.object({
  openapi: z.literal('3.1.0'),
  info: z.object({ title: z.string(), version: z.string() }),
  tags: z.array(z.object({ name: z.string() })),
  paths: z.record(
    z.string().startsWith('/'),
    z.partialRecord(
      z.enum(['get', 'post', 'put', 'patch', 'delete']),
      z.object({
        operationId: z.string().regex(/^[a-z][A-Za-z]+$/),
        summary: z.string().min(3),
        tags: z.array(z.string()).length(1),
        security: z.array(z.object({ token: z.array(z.string()).length(1) })).max(1),
        parameters: z.array(Parameter).default([]),
        requestBody: z.object({ content: Content }).optional(),
        responses: z.record(z.string().regex(/^[2-5](?:\d\d|XX)$/), Response),
      }),
    ),
  ),
  components: z.object({
    schemas: z.record(z.string(), Schema),
    responses: z.record(z.string(), Response),
    securitySchemes: z.object({ token: z.object({ type: z.literal('http'), scheme: z.literal('bearer') }) }),
  }),
});
export type ApiDocument = z.infer<typeof ApiDocument>;

/** `GET /runs/*` and so on, from the server itself. */
export function routesOf(app: FastifyInstance): string[] {
  const above: string[] = [];
  return app
    .printRoutes()
    .split('\n')
    .flatMap((line) => {
      const [, indent = '', part = '', methods = ''] = /^([ │]*)[├└]── (\S+)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
      above.length = indent.length / 4;
      above.push(part);
      return methods.split(', ').flatMap((method) => (method === '' || method === 'HEAD' ? [] : [`${method} ${above.join('')}`]));
    });
}

/** The document's answer for a call; undefined where it promises none. */
export function promisedAnswer(document: ApiDocument, call: { method: string; path: string; status: number }): z.ZodType | undefined {
  const path = call.path.split('?')[0] ?? '';
  // What is spelled out goes before what has a parameter in its place.
  const known = Object.keys(document.paths).sort((a, b) => a.split('{').length - b.split('{').length);
  const template = known.find((one) => new RegExp(`^${one.replace(/\{\w+\}$/, '.+').replace(/\{\w+\}/g, '[^/]+')}$`).test(path));
  const operation = document.paths[template ?? '']?.[call.method.toLowerCase() as 'get' | 'post'];
  const response = operation?.responses[call.status] ?? operation?.responses[`${String(call.status)[0]}XX`];
  const whole = response && '$ref' in response ? document.components.responses[response.$ref.split('/').at(-1) ?? ''] : response;
  const schema = whole && 'content' in whole ? Object.values(whole.content ?? {})[0]?.schema : undefined;
  return schema && schemaIn(document, schema);
}

/** One of the document's schemas, with what it refers to. */
export function schemaIn({ components }: ApiDocument, schema: z.infer<typeof Schema>): z.ZodType {
  const text = JSON.stringify({ ...schema, $defs: components.schemas });
  return z.fromJSONSchema(JSON.parse(text.replaceAll('"#/components/schemas/', '"#/$defs/')) as Parameters<typeof z.fromJSONSchema>[0]);
}
