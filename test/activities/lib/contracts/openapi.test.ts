import { describe, expect, it } from 'vitest';
import { openApiOf } from '../../../../activities/lib/contracts/openapi.ts';
import type { Contract } from '../../../../schemas/contract.ts';
import { booksContract, hostileContract, hostileTexts } from './samples.ts';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const document = openApiOf(booksContract) as { paths: Record<string, Record<string, unknown>>; components: unknown };

it('is undefined for a contract without endpoints', () => {
  expect(openApiOf({ ...booksContract, interfaces: booksContract.interfaces.slice(0, 1) })).toBeUndefined();
});

it('has title and version of the contract, and its endpoints alone', () => {
  expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Books', version: '2' } });
  expect(Object.entries(document.paths).map(([path, item]) => [path, Object.keys(item)])).toEqual([
    ['/books', ['get', 'post']],
    ['/books/{id}', ['put', 'delete']],
  ]);
});

describe('an endpoint', () => {
  it('takes a query model field by field, and headers', () => {
    expect(document.paths['/books']?.get).toMatchObject({
      operationId: 'listBooks',
      parameters: [
        { name: 'tag', in: 'query', required: false, schema: { enum: ['new', 'old'] } },
        { name: 'trace', in: 'header', required: false, schema: { type: 'string' } },
      ],
      responses: {
        200: { description: 'All of them', content: { 'application/json': { schema: { type: 'array', items: ref('Book') } } } },
      },
    });
  });

  it('takes plain parameters of a POST as members of its body', () => {
    const schema = { type: 'object', properties: { title: { type: 'string' }, pages: { anyOf: [{ type: 'number' }, { type: 'null' }] } } };
    expect(document.paths['/books']?.post).toMatchObject({
      requestBody: { required: true, content: { 'application/json': { schema: { ...schema, required: ['title'] } } } },
    });
  });

  it('answers its errors by status, those of one status together', () => {
    expect(document.paths['/books']?.post).toMatchObject({
      responses: {
        201: { content: { 'application/json': { schema: ref('Book') } } },
        422: { description: 'the title is empty; or the title is taken', content: { 'application/json': { schema: ref('Problem') } } },
        default: { description: 'the disk is full' },
      },
    });
  });

  it('declares what stands in its path, and shows its examples', () => {
    expect(document.paths['/books/{id}']?.put).toMatchObject({
      parameters: [
        { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
        { name: 'dry', in: 'query', schema: { type: 'boolean' } },
      ],
      requestBody: { content: { 'application/json': { schema: ref('Book'), examples: { example1: { value: { title: 'B' } } } } } },
    });
  });

  it('has an id of its own, and no body where there is none', () => {
    const responses = { 204: { description: 'Done' } };
    expect(document.paths['/books/{id}']?.delete).toMatchObject({ operationId: 'replaceBook_2', responses });
    expect(JSON.stringify(document.paths['/books/{id}']?.delete)).not.toContain('content');
  });
});

it('holds the data models as schemas', () => {
  expect(document.components).toMatchObject({
    schemas: {
      Book: {
        type: 'object',
        description: 'A book',
        required: ['title'],
        properties: { next: { anyOf: [ref('Book'), { type: 'null' }] } },
      },
    },
  });
});

describe('a document', () => {
  const contracts: [string, Contract][] = [
    ['of books', booksContract],
    ...hostileTexts.map((text): [string, Contract] => [`of ${JSON.stringify(text)}`, hostileContract(text, 'typescript')]),
  ];

  it.each(contracts)('%s has only references that lead somewhere, and is of the right form', (_title, contract) => {
    const text = JSON.stringify(openApiOf(contract));
    const written = JSON.parse(text) as Json;
    for (const found of refsIn(written)) expect(at(written, found), found).toBeTypeOf('object');
    expect(Object.keys(written.paths ?? {}).every((path) => path.startsWith('/'))).toBe(true);
    for (const key of Object.keys(written.components?.schemas ?? {})) expect(key).toMatch(/^[A-Za-z0-9._-]+$/);
    for (const item of Object.values(written.paths ?? {})) {
      for (const operation of Object.values(item as Json) as Json[]) {
        expect(operation.operationId).toMatch(/^[A-Za-z0-9._-]+$/);
        for (const status of Object.keys(operation.responses as Json)) expect(status).toMatch(/^(?:[1-5]\d\d|default)$/);
        for (const parameter of (operation.parameters ?? []) as Json[])
          expect(Object.keys(parameter)).toEqual(expect.arrayContaining(['name', 'in', 'required', 'schema']));
      }
    }
  });
});

type Json = { [key: string]: Json | undefined };

function refsIn(value: unknown, key = ''): string[] {
  if (key === '$ref') return [String(value)];
  if (typeof value !== 'object' || value === null || key === 'examples') return [];
  return Object.entries(value).flatMap(([name, inner]) => refsIn(inner, name));
}

function at(root: Json, path: string): Json | undefined {
  return path.split('/').slice(1).reduce<Json | undefined>((value, key) => (value && Object.hasOwn(value, key) ? value[key] : undefined), root); // prettier-ignore
}
