import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openStore } from '../../src/store.mts';

type Note = { text: string; pinned?: boolean };

test('gives what was created back, under an id of its own', () => {
  const store = openStore<Note>();
  const first = store.create({ text: 'milk' });
  const second = store.create({ text: 'bread', pinned: true });
  assert.notEqual(first.id, second.id);
  assert.deepEqual(store.read(first.id), { id: first.id, text: 'milk' });
  assert.deepEqual(store.read(second.id), { id: second.id, text: 'bread', pinned: true });
});

test('replaces the whole value', () => {
  const store = openStore<Note>();
  const { id } = store.create({ text: 'milk', pinned: true });
  assert.deepEqual(store.replace(id, { text: 'oat milk' }), { id, text: 'oat milk' });
  assert.deepEqual(store.read(id), { id, text: 'oat milk' });
});

test('removes a value once', () => {
  const store = openStore<Note>();
  const { id } = store.create({ text: 'milk' });
  assert.equal(store.remove(id), true);
  assert.equal(store.read(id), undefined);
  assert.equal(store.remove(id), false);
});

test('neither reads nor replaces what it does not have', () => {
  const store = openStore<Note>();
  assert.equal(store.read('nothing'), undefined);
  assert.equal(store.replace('nothing', { text: 'milk' }), undefined);
  assert.equal(store.list({ limit: 10, offset: 0 }).total, 0);
});

test('lists in the order of creation, page by page', () => {
  const store = openStore<Note>();
  for (const text of ['a', 'b', 'c']) store.create({ text });
  const page = store.list({ limit: 2, offset: 1 });
  assert.deepEqual(
    page.items.map(({ text }) => text),
    ['b', 'c'],
  );
  assert.equal(page.total, 3);
});

test('lists only what a filter names', () => {
  const store = openStore<Note>();
  store.create({ text: 'milk', pinned: true });
  store.create({ text: 'bread' });
  const { items, total } = store.list({ where: { pinned: true }, limit: 10, offset: 0 });
  assert.deepEqual(
    items.map(({ text }) => text),
    ['milk'],
  );
  assert.equal(total, 1);
});

test('keeps its values in a file', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'store-')), 'notes.jsonl');
  const { id } = openStore<Note>(file).create({ text: 'milk' });
  assert.deepEqual(openStore<Note>(file).read(id), { id, text: 'milk' });
});
