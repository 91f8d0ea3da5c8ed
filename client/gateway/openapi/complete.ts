import type { SwaggerTransformObject } from '@fastify/swagger';
import { createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { z } from 'zod';

type Json = Record<string, unknown>;
type Response = Json & { description?: string };
type Operation = Json & { responses: Record<string, Response> };
type Parts = { paths?: Record<string, Record<string, Operation>>; components?: { schemas?: Record<string, unknown> } };

const refused = { '4XX': { $ref: '#/components/responses/Refused' }, '5XX': { $ref: '#/components/responses/Broken' } };

const meaning: Readonly<Record<string, string>> = { 200: 'Done, or found.', 202: 'Taken; it goes on.' };

/** Finishes the document: the named shapes, refusals of every operation, and nothing that callers cannot use. */
export function completeDocument(registry: z.core.$ZodRegistry<{ id: string }>): SwaggerTransformObject {
  const withShapes = createJsonSchemaTransformObject({ schemaRegistry: registry });
  return (document) => {
    const whole = structuredClone(withShapes(document)) as Parts;
    for (const path of Object.values(whole.paths ?? {})) {
      for (const operation of Object.values(path)) {
        for (const [status, response] of Object.entries(operation.responses)) response.description = meaning[status];
        leaveOpen(operation.responses);
        operation.responses = { ...operation.responses, ...refused };
      }
    }
    for (const [id, schema] of Object.entries(whole.components?.schemas ?? {})) if (!id.endsWith('Input')) leaveOpen(schema);
    dropForbidden(whole);
    dropUnused(whole);
    return whole;
  };
}

/** What is answered may have more fields one day: a client that refuses them would break. What is sent may not. */
function leaveOpen(value: unknown): void {
  if (value === null || typeof value !== 'object') return;
  if ('additionalProperties' in value && value.additionalProperties === false) delete value.additionalProperties;
  for (const child of Object.values(value)) leaveOpen(child);
}

/** Fields that nobody may send exist only to be refused with a word of advice. */
function dropForbidden(value: unknown): void {
  if (value === null || typeof value !== 'object') return;
  const { properties } = value as { properties?: Json };
  for (const [name, schema] of Object.entries(properties ?? {})) if (isNever(schema)) delete properties?.[name];
  for (const child of Object.values(value)) dropForbidden(child);
}

function isNever(schema: unknown): boolean {
  const { not } = (schema ?? {}) as { not?: unknown };
  return typeof not === 'object' && not !== null && Object.keys(not).length === 0;
}

function dropUnused(document: Parts): void {
  const schemas = document.components?.schemas ?? {};
  for (let before = -1; before !== Object.keys(schemas).length;) {
    before = Object.keys(schemas).length;
    const text = JSON.stringify(document);
    for (const id of Object.keys(schemas)) if (!text.includes(`"#/components/schemas/${id}"`)) delete schemas[id];
  }
}
