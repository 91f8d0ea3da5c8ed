import { withArticle } from '../wording.ts';
import { kept, show } from './expressions.ts';
import { namesOf, type Operation, type Resource, type ServiceSubject } from '../subject.ts';
import { valuesOf, wrongsOf } from '../samples.ts';

/** What the tests of the server share: a service on a free port with empty stores. */
export function clientModule({ resources }: ServiceSubject): string {
  const named = resources.map(namesOf);
  return `import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';
import { createService } from '../../src/server.mts';
import { openStore } from '../../src/store.mts';
${named.map(({ type, file }) => `import type { ${type}Values } from '../../src/${file}.mts';`).join('\n')}

export const stores = { ${named.map(({ type, variable }) => `${variable}: openStore<${type}Values>()`).join(', ')} };
export const document: { current: object | undefined } = { current: undefined };

const servers: ReturnType<typeof createService>[] = [];
after(() => {
  for (const server of servers) server.close().closeAllConnections();
});

/** Starts the service on the stores above; answers its address. */
export async function start(more?: { document?: object }): Promise<string> {
  const server = createService(stores, more).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return \`http://127.0.0.1:\${(server.address() as AddressInfo).port}\`;
}

export type Answer = { status: number; headers: Headers; text: string; body: any };

/** Sends one request; a body that is no text is sent as JSON. */
export async function send(address: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(address + path, { method, headers: { ...type, ...headers }, ...(body === undefined ? {} : { body: text }) });
  const answered = await response.text();
  const json = /json/.test(response.headers.get('content-type') ?? '') && answered !== '';
  return { status: response.status, headers: response.headers, text: answered, body: json ? JSON.parse(answered) : undefined };
}
`.replace('export const document: { current: object | undefined } = { current: undefined };\n', '');
}

const head = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { send, start, stores } from './client.mts';

const address = await start();
`;

/** Open tests of the server: each operation of each resource, once. */
export function serviceTests({ resources }: ServiceSubject): string {
  const nowhere = `
test('answers 404 as problem details where there is nothing', async () => {
  const { status, headers, body } = await send(address, 'GET', '/nothing/here');
  assert.equal(status, 404);
  assert.equal(headers.get('content-type'), 'application/problem+json');
  assert.equal(body.status, 404);
});
`;
  return (
    head + resources.map((resource) => resource.operations.map((operation) => openTests[operation](resource)).join('')).join('') + nowhere
  );
}

const openTests: Record<Operation, (resource: Resource) => string> = {
  list: (resource) => {
    const { variable, path } = namesOf(resource);
    return `
test('lists ${resource.plural}', async () => {
  const first = stores.${variable}.create(${show(valuesOf(resource, 1))});
  const { status, body } = await send(address, 'GET', '${path}');
  assert.equal(status, 200);
  assert.deepEqual(body, { items: body.items, total: stores.${variable}.list({ limit: 1, offset: 0 }).total, limit: 20, offset: 0 });
  assert.ok(body.items.some(({ id }: { id: string }) => id === first.id));
});
`;
  },
  create: (resource) => {
    const { variable, path } = namesOf(resource);
    return `
test('creates ${withArticle(resource.singular)}', async () => {
  const { status, headers, body } = await send(address, 'POST', '${path}', ${show(valuesOf(resource, 2))});
  assert.equal(status, 201);
  assert.equal(headers.get('location'), \`${path}/\${body.id}\`);
  assert.deepEqual(body, ${kept(valuesOf(resource, 2), 'id: body.id')});
  assert.deepEqual(stores.${variable}.read(body.id), body);
});
${wrongBody(resource, 'POST', `'${path}'`)}`;
  },
  read: (resource) => {
    const { variable, path } = namesOf(resource);
    return `
test('reads ${withArticle(resource.singular)}', async () => {
  const kept = stores.${variable}.create(${show(valuesOf(resource, 3))});
  const { status, body } = await send(address, 'GET', \`${path}/\${kept.id}\`);
  assert.equal(status, 200);
  assert.deepEqual(body, kept);
  assert.equal((await send(address, 'GET', '${path}/nothing')).status, 404);
});
`;
  },
  update: (resource) => {
    const { variable, path } = namesOf(resource);
    return `
test('replaces ${withArticle(resource.singular)}', async () => {
  const { id } = stores.${variable}.create(${show(valuesOf(resource, 3))});
  const { status, body } = await send(address, 'PUT', \`${path}/\${id}\`, ${show(valuesOf(resource, 4))});
  assert.equal(status, 200);
  assert.deepEqual(body, ${kept(valuesOf(resource, 4), 'id')});
  assert.deepEqual(stores.${variable}.read(id), body);
  assert.equal((await send(address, 'PUT', '${path}/nothing', ${show(valuesOf(resource, 4))})).status, 404);
});
${wrongBody(resource, 'PUT', `\`${path}/\${stores.${variable}.create(${show(valuesOf(resource, 1))}).id}\``)}`;
  },
  delete: (resource) => {
    const { variable, path } = namesOf(resource);
    return `
test('deletes ${withArticle(resource.singular)}', async () => {
  const { id } = stores.${variable}.create(${show(valuesOf(resource, 3))});
  const { status, text } = await send(address, 'DELETE', \`${path}/\${id}\`);
  assert.deepEqual([status, text], [204, '']);
  assert.equal(stores.${variable}.read(id), undefined);
  assert.equal((await send(address, 'DELETE', \`${path}/\${id}\`)).status, 404);
});
`;
  },
};

function wrongBody(resource: Resource, method: string, path: string): string {
  const [field] = resource.fields;
  const wrong = field === undefined ? {} : { ...valuesOf(resource, 1), [field.name]: wrongsOf(field)[0] };
  return `
test('tells what is wrong with the ${resource.singular} of a ${method}', async () => {
  const { status, headers, body } = await send(address, '${method}', ${path}, ${show(wrong)});
  assert.equal(status, 422);
  assert.equal(headers.get('content-type'), 'application/problem+json');
  assert.deepEqual(body.problems.map(({ field }: { field: string }) => field), ['${field?.name}']);
});
`;
}
