import { documentOf } from '../code/document.ts';
import type { ServiceSubject } from '../subject.ts';
import { valuesOf } from '../samples.ts';
import { namesOf } from '../subject.ts';
import { show } from './expressions.ts';

/** Open tests of the document: it is served, and names every path and method. */
export function documentTests(subject: ServiceSubject): string {
  const paths = documentOf(subject).paths as Record<string, Record<string, unknown>>;
  const methods = Object.entries(paths).map(([path, item]) => [path, Object.keys(item).filter((key) => key !== 'parameters')]);
  return `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { document } from '../../src/openapi.mts';
import { send, start } from './client.mts';

const paths = document.paths as Record<string, Record<string, unknown>>;

test('is OpenAPI 3.1 with a title and a version', () => {
  assert.match(document.openapi, /^3\\.1\\./);
  assert.ok(document.info.title && document.info.version);
});

for (const [path, methods] of ${show(methods)} as [string, string[]][]) {
  test(\`describes \${path}\`, () => {
    assert.deepEqual(Object.keys(paths[path] ?? {}).filter((key) => key !== 'parameters').sort(), [...methods].sort());
  });
}

test('is answered at /openapi.json', async () => {
  const { status, body } = await send(await start({ document }), 'GET', '/openapi.json');
  assert.equal(status, 200);
  assert.deepEqual(body, document);
});
`;
}

/** Held-out tests of the document: references, and that the running service behaves as it says. */
export function documentEdgeTests({ resources }: ServiceSubject): string {
  const creating = resources.filter(({ operations }) => operations.includes('create'));
  const cases = creating.map((resource) => ({
    path: namesOf(resource).path,
    fields: resource.fields.map(({ name }) => name).sort(),
    required: resource.fields.filter(({ required }) => required).map(({ name }) => name).sort(),
    values: valuesOf(resource, 5),
  })); // prettier-ignore
  return `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { document } from '../../src/openapi.mts';
import { send, start } from './client.mts';

type Json = { [key: string]: any };

const api = document as Json;
const address = await start({ document });

function resolve(ref: string): Json | undefined {
  const keys = ref.startsWith('#/') ? ref.slice(2).split('/') : ['not local'];
  return keys.reduce<Json | undefined>((value, key) => value?.[key], api);
}

function follow(schema: Json): Json {
  return typeof schema.$ref === 'string' ? follow(resolve(schema.$ref) ?? {}) : schema;
}

function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === '$ref' ? [String(inner)] : refsIn(inner)));
}

test('every reference leads somewhere', () => {
  const refs = refsIn(document);
  assert.ok(refs.length > 0);
  for (const ref of refs) assert.ok(resolve(ref), ref);
});

test('every parameter of a path is declared', () => {
  for (const [path, item] of Object.entries(api.paths as Json)) {
    const named = [...path.matchAll(/\\{(\\w+)\\}/g)].map(([, name]) => name);
    const declared = (item.parameters ?? []).filter((one: Json) => one.in === 'path').map((one: Json) => one.name);
    assert.deepEqual(declared, named);
  }
});

test('every operation answers with a status that it names', async () => {
  for (const [path, item] of Object.entries(api.paths as Json)) {
    for (const [method, operation] of Object.entries(item as Json)) {
      if (method === 'parameters') continue;
      const body = operation.requestBody === undefined ? undefined : {};
      const { status } = await send(address, method.toUpperCase(), path.replace('{id}', 'nothing'), body);
      assert.ok(operation.responses[status], \`\${method} \${path} answered \${status}\`);
    }
  }
});

for (const { path, fields, required, values } of ${show(cases)} as { path: string; fields: string[]; required: string[]; values: Json }[]) {
  const post = () => api.paths[path].post;
  const schema = () => follow(post().requestBody.content['application/json'].schema);

  test(\`what is posted to \${path} is described as the service wants it\`, async () => {
    assert.deepEqual(Object.keys(schema().properties).sort(), fields);
    assert.deepEqual([...(schema().required ?? [])].sort(), required);
    const { status, body } = await send(address, 'POST', path, { unknown: 1 });
    assert.equal(status, 422);
    const missing = body.problems.map((one: Json) => one.field).filter((name: string) => name !== 'unknown');
    assert.deepEqual(missing.sort(), required);
  });

  test(\`what is created at \${path} is described\`, async () => {
    const { status, body } = await send(address, 'POST', path, values);
    assert.equal(status, 201);
    const answered = follow(post().responses[201].content['application/json'].schema);
    assert.deepEqual(Object.keys(answered.properties).sort(), Object.keys(body).sort());
    for (const [name, value] of Object.entries(body)) {
      const type = follow(answered.properties[name]).type;
      assert.ok(type === (typeof value) || (type === 'integer' && Number.isInteger(value)), name);
    }
  });

  test(\`the bounds and choices at \${path} are those of the service\`, async () => {
    for (const [name, property] of Object.entries(schema().properties as Json).map(([key, one]) => [key, follow(one)] as const)) {
      const right = [property.minimum, property.maximum, ...(property.enum ?? [])].filter((value) => value !== undefined);
      const wrong = [
        property.minimum - 1, property.maximum + 1, property.exclusiveMinimum, property.exclusiveMaximum,
        ...(property.enum === undefined ? [] : [property.enum.join()]),
        ...(property.maxLength === undefined ? [] : ['x'.repeat(property.maxLength + 1)]),
        ...(property.minLength > 0 ? ['x'.repeat(property.minLength - 1)] : []),
      ].filter((value) => value !== undefined && !Number.isNaN(value));
      for (const value of right) assert.equal((await send(address, 'POST', path, { ...values, [name]: value })).status, 201, \`\${name} \${value}\`);
      for (const value of wrong) assert.equal((await send(address, 'POST', path, { ...values, [name]: value })).status, 422, \`\${name} \${value}\`);
    }
  });
}
`;
}
