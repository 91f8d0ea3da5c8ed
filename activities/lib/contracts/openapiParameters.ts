import type { Contract, Interface } from '../../../schemas/contract.ts';
import { objectOf, schemaOfType, type JsonSchema, type ModelRef } from './typeWords.ts';

type Field = Interface['parameters'][number];
type Place = 'path' | 'query' | 'header';
type Sorted = { parameters: JsonSchema[]; body?: { required: boolean; schema: JsonSchema } };

/**
 * Where the parameters of an endpoint stand: those named in the path in the path, `body` in the body, `query` and `params` field by field, and
 * others in the query, or in the body of a method that has one.
 */
export function parametersOf(endpoint: Interface, path: string, contract: Contract, modelRef: ModelRef): Sorted {
  const inPath = [...new Set([...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name))];
  const given = endpoint.parameters.flatMap((field) => expand(field, contract));
  const found = (name: string) => given.find((field) => field.name === name);
  const pathFields = inPath.map((name) => found(name) ?? { name, type: 'string', required: true, description: '' });
  const rest = given.filter(({ name }) => !inPath.includes(name) && name !== 'body');
  const body = found('body');
  const withBody = ['POST', 'PUT', 'PATCH'].includes(endpoint.http?.method ?? '');
  const placed = rest.map((field) => ({ field, place: placeOf(field, withBody && body === undefined) }));
  const members = placed.filter(({ place }) => place === 'body').map(({ field }) => field);
  const parameters = [
    ...pathFields.map((field) => parameter({ ...field, required: true }, 'path', modelRef)),
    ...placed.flatMap(({ field, place }) => (place === 'body' ? [] : [parameter(field, place, modelRef)])),
  ];
  if (body !== undefined) return { parameters, body: { required: body.required, schema: schemaOfType(body.type, modelRef) } };
  if (members.length === 0) return { parameters };
  return { parameters, body: { required: members.some(({ required }) => required), schema: objectOf(members, modelRef) } };
}

/** `query: BookQuery` stands for the fields of that model. */
function expand(field: Field, { data_models: models }: Contract): Field[] {
  const model = field.name === 'query' || field.name === 'params' ? models.find(({ name }) => name === field.type) : undefined;
  return model === undefined ? [field] : model.fields.map((one) => ({ ...one, description: one.description || `in the ${field.name}` }));
}

function placeOf({ description }: Field, inBody: boolean): Exclude<Place, 'path'> | 'body' {
  if (/^in the header|\bheader$/i.test(description)) return 'header';
  return inBody && !/^in the (?:query|params)/i.test(description) ? 'body' : 'query';
}

function parameter({ name, type, required, description }: Field, place: Place, modelRef: ModelRef): JsonSchema {
  return { name, in: place, required, ...(description !== '' && { description }), schema: schemaOfType(type, modelRef) };
}
