import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openStore } from '../../src/store.mts';

type Tool = { name: string; weight: number; tags: string[] };

const saw: Tool = { name: 'saw', weight: 3, tags: ['wood'] };
const drill: Tool = { name: 'drill', weight: 3, tags: [] };
const newFile = () => join(mkdtempSync(join(tmpdir(), 'tools-')), 'tools.jsonl');

test('gives a thousand values a thousand ids', () => {
  const store = openStore<Tool>();
  assert.equal(new Set(Array.from({ length: 1000 }, () => store.create(saw).id)).size, 1000);
});

test('is not changed through what it gave or was given', () => {
  const store = openStore<Tool>();
  const given = { ...saw, tags: ['wood'] };
  const { id } = store.create(given);
  given.tags.push('metal');
  store.read(id)?.tags.push('stone');
  store.list({ limit: 1, offset: 0 }).items[0]?.tags.push('glass');
  assert.deepEqual(store.read(id), { ...saw, id });
});

test('keeps the place of what was replaced, and closes the gap of what was removed', () => {
  const store = openStore<Tool>();
  const [first, second, third] = [store.create(saw), store.create(drill), store.create(saw)];
  store.replace(first.id, { ...drill, name: 'hammer' });
  store.remove(second.id);
  assert.deepEqual(store.list({ limit: 5, offset: 0 }), { items: [{ ...drill, name: 'hammer', id: first.id }, third], total: 2 });
});

test('a filter wants all of its properties, and equal ones', () => {
  const store = openStore<Tool>();
  store.create(saw);
  store.create(drill);
  const total = (where: Partial<Tool>) => store.list({ where, limit: 1, offset: 0 }).total;
  assert.deepEqual([total({ weight: 3 }), total({ weight: 3, name: 'drill' }), total({ weight: 4 }), total({ name: '' })], [2, 1, 0, 0]);
});

test('counts all and shows none behind the last', () => {
  const store = openStore<Tool>();
  for (let i = 0; i < 5; i++) store.create({ ...saw, weight: i });
  assert.deepEqual(store.list({ limit: 10, offset: 5 }), { items: [], total: 5 });
});

test('keeps replaced and removed values across openings', () => {
  const file = newFile();
  const store = openStore<Tool>(file);
  const [kept, gone] = [store.create(saw), store.create(drill)];
  store.replace(kept.id, { ...saw, weight: 9 });
  store.remove(gone.id);
  const again = openStore<Tool>(file);
  assert.deepEqual(again.list({ limit: 9, offset: 0 }), { items: [{ ...saw, weight: 9, id: kept.id }], total: 1 });
  again.create(drill);
  assert.equal(openStore<Tool>(file).list({ limit: 9, offset: 0 }).total, 2);
});

test('forgets a last line whose writing was cut off, and goes on', () => {
  const file = newFile();
  const { id } = openStore<Tool>(file).create(saw);
  appendFileSync(file, '{"id":"torn","val');
  const store = openStore<Tool>(file);
  const next = store.create(drill);
  assert.deepEqual(
    openStore<Tool>(file)
      .list({ limit: 9, offset: 0 })
      .items.map((tool) => tool.id),
    [id, next.id],
  );
});

test('refuses a file that is damaged in the middle, and leaves it as it is', () => {
  const file = newFile();
  writeFileSync(file, 'not json\n{"id":"a","value":{}}\n');
  assert.throws(() => openStore<Tool>(file), /tools\.jsonl:1/);
  assert.equal(readFileSync(file, 'utf8'), 'not json\n{"id":"a","value":{}}\n');
});
