import { withArticle } from '../wording.ts';
import { listed } from '../describe.ts';
import { namesOf, type Field, type Resource, type ServiceSubject } from '../subject.ts';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const problem = (description: string) => ({ description, content: { 'application/problem+json': { schema: ref('Problem') } } });

/** The service's OpenAPI 3.1 document. */
export function documentOf({ resources }: ServiceSubject): Record<string, unknown> {
  return {
    openapi: '3.1.0',
    info: { title: `Service for ${listed(resources.map(({ plural }) => plural))}`, version: '1.0.0' },
    paths: Object.assign({}, ...resources.map(pathsOf)),
    components: { schemas: Object.assign({ Problem: problemSchema }, ...resources.map(schemasOf)) },
  };
}

/** The module of the service that holds its document. */
export function documentModule(subject: ServiceSubject): string {
  return `/** What the service offers, as OpenAPI 3.1. */\nexport const document = ${JSON.stringify(documentOf(subject), null, 2)};\n`;
}

function pathsOf(resource: Resource): Record<string, object> {
  const { path } = namesOf(resource);
  const collection = operationsAt(resource, ['list', 'create']);
  const item = operationsAt(resource, ['read', 'update', 'delete']);
  const id = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };
  return {
    ...(Object.keys(collection).length > 0 && { [path]: collection }),
    ...(Object.keys(item).length > 0 && { [`${path}/{id}`]: { parameters: [id], ...item } }),
  };
}

function operationsAt(resource: Resource, here: readonly string[]): Record<string, object> {
  const offered = resource.operations.filter((operation) => here.includes(operation));
  const methods = { list: 'get', create: 'post', read: 'get', update: 'put', delete: 'delete' } as const;
  return Object.fromEntries(offered.map((operation) => [methods[operation], describe[operation](resource)]));
}

const header = (description: string) => ({ description, schema: { type: 'string' } });
const etag = { ETag: header('Entity tag of this state') };
const ifMatch = { name: 'If-Match', in: 'header', description: 'Only if it still has this entity tag', schema: { type: 'string' } };
const bodyProblems = {
  400: problem('The body is not JSON'),
  413: problem('The body is too large'),
  415: problem('The body is not application/json'),
  422: problem('Some fields are wrong'),
};

const describe: Record<Resource['operations'][number], (resource: Resource) => object> = {
  list: (resource) => ({
    operationId: `list${namesOf(resource).type}`,
    summary: `List ${resource.plural}`,
    parameters: [
      ...resource.fields
        .filter(({ name }) => resource.filters.includes(name))
        .map((field) => ({ name: field.name, in: 'query', schema: schemaOf(field) })),
      { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 } },
      { name: 'offset', in: 'query', schema: { type: 'integer', minimum: 0, default: 0 } },
    ],
    responses: {
      200: { description: 'One page', ...json(ref(`${namesOf(resource).type}List`)) },
      400: problem('Some parameters are wrong'),
    },
  }),
  create: (resource) => ({
    operationId: `create${namesOf(resource).type}`,
    summary: `Create ${withArticle(resource.singular)}`,
    requestBody: { required: true, ...json(ref(`${namesOf(resource).type}Values`)) },
    responses: {
      201: { description: 'Created', headers: { Location: header('Where it is'), ...etag }, ...json(ref(namesOf(resource).type)) },
      ...bodyProblems,
    },
  }),
  read: (resource) => ({
    operationId: `read${namesOf(resource).type}`,
    summary: `Read ${withArticle(resource.singular)}`,
    parameters: [{ name: 'If-None-Match', in: 'header', description: 'Only if it has another entity tag', schema: { type: 'string' } }],
    responses: {
      200: { description: 'Found', headers: etag, ...json(ref(namesOf(resource).type)) },
      304: { description: 'It still has the entity tag' },
      404: problem('There is nothing with this id'),
    },
  }),
  update: (resource) => ({
    operationId: `update${namesOf(resource).type}`,
    summary: `Replace ${withArticle(resource.singular)}`,
    parameters: [ifMatch],
    requestBody: { required: true, ...json(ref(`${namesOf(resource).type}Values`)) },
    responses: {
      200: { description: 'Replaced', headers: etag, ...json(ref(namesOf(resource).type)) },
      404: problem('There is nothing with this id'),
      412: problem('It was changed in between'),
      ...bodyProblems,
    },
  }),
  delete: (resource) => ({
    operationId: `delete${namesOf(resource).type}`,
    summary: `Delete ${withArticle(resource.singular)}`,
    parameters: [ifMatch],
    responses: {
      204: { description: 'Deleted' },
      404: problem('There is nothing with this id'),
      412: problem('It was changed in between'),
    },
  }),
};

function schemasOf(resource: Resource): Record<string, object> {
  const { type } = namesOf(resource);
  const required = resource.fields.filter((field) => field.required).map(({ name }) => name);
  const properties = Object.fromEntries(resource.fields.map((field) => [field.name, schemaOf(field)]));
  return {
    [`${type}Values`]: { type: 'object', properties, ...(required.length > 0 && { required }), additionalProperties: false },
    [type]: {
      type: 'object',
      properties: { id: { type: 'string' }, ...properties },
      required: ['id', ...required],
      additionalProperties: false,
    },
    [`${type}List`]: {
      type: 'object',
      properties: {
        items: { type: 'array', items: ref(type) },
        total: { type: 'integer' },
        limit: { type: 'integer' },
        offset: { type: 'integer' },
      },
      required: ['items', 'total', 'limit', 'offset'],
    },
  };
}

function schemaOf({ kind, min, max, above, below, choices, required }: Field): object {
  if (kind === 'text') return { type: 'string', minLength: min ?? Number(required), maxLength: max ?? 10_000 };
  if (kind === 'choice') return { type: 'string', enum: choices };
  if (kind === 'boolean') return { type: 'boolean' };
  if (kind === 'number' || kind === 'integer') {
    const bounds = { minimum: min, maximum: max, exclusiveMinimum: above, exclusiveMaximum: below };
    return { type: kind, ...Object.fromEntries(Object.entries(bounds).filter(([, bound]) => bound !== undefined)) };
  }
  return { type: 'string', format: { date: 'date', timestamp: 'date-time', email: 'email', url: 'uri' }[kind] };
}

const problemSchema = {
  type: 'object',
  description: 'Problem details (RFC 9457)',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    problems: {
      type: 'array',
      items: { type: 'object', properties: { field: { type: 'string' }, problem: { type: 'string' } }, required: ['field', 'problem'] },
    },
  },
  required: ['type', 'title', 'status', 'detail'],
};
