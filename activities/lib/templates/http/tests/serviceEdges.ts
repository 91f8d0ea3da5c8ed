import { withArticle } from '../wording.ts';
import { kept, show } from './expressions.ts';
import { operations, namesOf, type Operation, type Resource, type ServiceSubject } from '../subject.ts';
import { sampleOf, valuesOf } from '../samples.ts';

const methods: Record<Operation, string> = { list: 'GET', create: 'POST', read: 'GET', update: 'PUT', delete: 'DELETE' };

/** Held-out tests of the server: pages, filters, entity tags, hostile bodies and paths, methods that are not offered. */
export function serviceEdgeTests({ resources }: ServiceSubject): string {
  return `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { send, start, stores } from './client.mts';

const address = await start();
${resources.map((resource) => [methodTests(resource), ...resource.operations.map((operation) => edgeTests[operation](resource))].join('')).join('')}
test('answers 404 for paths that are nearly right', async () => {
  for (const path of ['/', '//', '/%', '${paths(resources)[0]}/', '${paths(resources)[0]}x', '${paths(resources)[0]}/a/b', '/openapi.json']) {
    assert.equal((await send(address, 'GET', path)).status, 404, path);
  }
});
`;
}

function paths(resources: readonly Resource[]): string[] {
  return resources.map((resource) => namesOf(resource).path);
}

function methodTests(resource: Resource): string {
  const { path } = namesOf(resource);
  const at = (here: readonly Operation[]) => operations.filter((operation) => here.includes(operation) && resource.operations.includes(operation)).map((operation) => methods[operation]); // prettier-ignore
  const cases = [
    { path, offered: at(['list', 'create']) },
    { path: `${path}/some-id`, offered: at(['read', 'update', 'delete']) },
  ].filter(({ offered }) => offered.length > 0);
  return `
test('answers 405 for what ${resource.plural} do not offer, and says what they do', async () => {
  for (const { path, offered } of ${show(cases)} as { path: string; offered: string[] }[]) {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((one) => !offered.includes(one))) {
      const { status, headers } = await send(address, method, path);
      assert.equal(status, 405, method);
      const allowed = (headers.get('allow') ?? '').split(', ').filter((one) => one !== 'HEAD' && one !== 'OPTIONS');
      assert.deepEqual(allowed.sort(), [...offered].sort());
    }
  }
});
`;
}

const edgeTests: Record<Operation, (resource: Resource) => string> = {
  list: (resource) => {
    const { variable, path } = namesOf(resource);
    const filtered = resource.fields.filter(({ name }) => resource.filters.includes(name));
    return `
test('lists ${resource.plural} page by page', async () => {
  for (const values of ${show([5, 6, 7].map((n) => valuesOf(resource, n)))} as never[]) stores.${variable}.create(values);
  const all = stores.${variable}.list({ limit: 1000, offset: 0 });
  const { body } = await send(address, 'GET', '${path}?limit=2&offset=1');
  assert.deepEqual(body, { items: all.items.slice(1, 3), total: all.total, limit: 2, offset: 1 });
  assert.equal((await send(address, 'GET', '${path}?limit=100')).status, 200);
});

test('refuses wrong pages and unknown parameters of ${resource.plural}', async () => {
  const wrong = ['limit=0', 'limit=101', 'limit=2x', 'limit=', 'limit=1.5', 'limit=1&limit=2', 'offset=-1', 'offset=1e3', 'unknown=1', 'constructor=1'];
  for (const query of wrong) {
    const { status, body } = await send(address, 'GET', \`${path}?\${query}\`);
    assert.equal(status, 400, query);
    assert.equal(body.problems[0].field, query.split('=')[0]);
  }
});
${filtered
  .map(
    (field) => `
test('filters ${resource.plural} by ${field.name}', async () => {
  for (const values of ${show([3, 4].map((n) => valuesOf(resource, n)))} as never[]) stores.${variable}.create(values);
  for (const value of ${show([sampleOf(field, 3), sampleOf(field, 4)])}) {
    const { status, body } = await send(address, 'GET', \`${path}?limit=100&${field.name}=\${encodeURIComponent(String(value))}\`);
    assert.equal(status, 200);
    const wanted = stores.${variable}.list({ limit: 1000, offset: 0 }).items.filter((one) => one.${field.name} === value);
    assert.deepEqual(body.items, wanted);
    assert.equal(body.total, wanted.length);
  }
});
`,
  )
  .join('')}`;
  },
  create: (resource) => {
    const { variable, path } = namesOf(resource);
    return `
test('creates two different ${resource.plural} of the same values', async () => {
  const [one, two] = await Promise.all([1, 2].map(() => send(address, 'POST', '${path}', ${show(valuesOf(resource, 8, 'required'))})));
  assert.ok(one && two && one.body.id !== two.body.id);
  assert.deepEqual(stores.${variable}.read(one.body.id), ${kept(valuesOf(resource, 8, 'required'), 'id: one.body.id')});
});

test('refuses bodies that are no ${resource.singular}, and keeps nothing of them', async () => {
  const before = stores.${variable}.list({ limit: 1, offset: 0 }).total;
  const right = ${show(show(valuesOf(resource, 8)))};
  const cases: [status: number, body: string, type: string][] = [
    [400, '{', 'application/json'],
    [400, '', 'application/json'],
    [422, 'null', 'application/json'],
    [422, '[]', 'application/json'],
    [422, right.replace('{', '{"id":"mine",').replace(',}', '}'), 'application/json'],
    [415, right, 'text/plain'],
    [415, right, 'application/jsonx'],
    [413, \`\${' '.repeat(200_000)}\${right}\`, 'application/json'],
  ];
  for (const [status, body, type] of cases) {
    assert.equal((await send(address, 'POST', '${path}', body, { 'content-type': type })).status, status, body.slice(0, 60));
  }
  assert.equal(stores.${variable}.list({ limit: 1, offset: 0 }).total, before);
  assert.equal((await send(address, 'POST', '${path}', right, { 'content-type': 'application/json; charset=utf-8' })).status, 201);
});
`;
  },
  read: (resource) => {
    const { variable, path } = namesOf(resource);
    return `
test('reads ${withArticle(resource.singular)} again only when it changed', async () => {
  const { id } = stores.${variable}.create(${show(valuesOf(resource, 6))});
  const { headers } = await send(address, 'GET', \`${path}/\${id}\`);
  const etag = headers.get('etag') ?? '';
  assert.match(etag, /^"[^"]+"$/);
  const same = await send(address, 'GET', \`${path}/\${id}\`, undefined, { 'if-none-match': etag });
  assert.deepEqual([same.status, same.text], [304, '']);
  assert.equal((await send(address, 'GET', \`${path}/\${id}\`, undefined, { 'if-none-match': '"other"' })).status, 200);
  const head = await send(address, 'HEAD', \`${path}/\${id}\`);
  assert.deepEqual([head.status, head.text, head.headers.get('etag')], [200, '', etag]);
});

test('has no ${resource.singular} of a hostile id', async () => {
  for (const id of ['__proto__', 'constructor', '%2e%2e', '%00', '*', 'x'.repeat(2000)]) {
    const { status, body } = await send(address, 'GET', \`${path}/\${id}\`);
    assert.equal(status, 404, id);
    assert.equal(body.status, 404);
  }
});
`;
  },
  update: (resource) => {
    const { variable, path } = namesOf(resource);
    return `
test('replaces the whole ${resource.singular}, and only if nobody else did', async () => {
  const { id } = stores.${variable}.create(${show(valuesOf(resource, 6))});
  const least = ${show(valuesOf(resource, 7, 'required'))};
  const refused = await send(address, 'PUT', \`${path}/\${id}\`, least, { 'if-match': '"other"' });
  assert.equal(refused.status, 412);
  assert.deepEqual(stores.${variable}.read(id), ${kept(valuesOf(resource, 6), 'id')});
  const { status, headers } = await send(address, 'PUT', \`${path}/\${id}\`, least, { 'if-match': '*' });
  assert.equal(status, 200);
  assert.deepEqual(stores.${variable}.read(id), { ...least, id });
  const again = await send(address, 'PUT', \`${path}/\${id}\`, ${show(valuesOf(resource, 8))}, { 'if-match': headers.get('etag') ?? '' });
  assert.equal(again.status, 200);
});
`;
  },
  delete: (resource) => {
    const { variable, path } = namesOf(resource);
    return `
test('deletes one ${resource.singular} and no other', async () => {
  const [one, two] = [stores.${variable}.create(${show(valuesOf(resource, 6))}), stores.${variable}.create(${show(valuesOf(resource, 7))})];
  assert.equal((await send(address, 'DELETE', \`${path}/\${one.id}\`, undefined, { 'if-match': '"other"' })).status, 412);
  assert.equal((await send(address, 'DELETE', \`${path}/\${one.id}\`)).status, 204);
  assert.equal(stores.${variable}.read(one.id), undefined);
  assert.deepEqual(stores.${variable}.read(two.id), two);
});
`;
  },
};
