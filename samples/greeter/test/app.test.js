import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { createApp } from '../src/app.js';

const app = createApp();
let origin;

before(async () => {
  app.listen(0, '127.0.0.1');
  await once(app, 'listening');
  origin = `http://127.0.0.1:${app.address().port}`;
});

after(() => app.close());

async function get(path, options) {
  const response = await fetch(`${origin}${path}`, options);
  return { status: response.status, body: await response.json() };
}

test('says that it is well', async () => {
  assert.deepEqual(await get('/health'), { status: 200, body: { status: 'well' } });
});

test('greets over HTTP', async () => {
  assert.deepEqual(await get('/greet?name=Ada&language=fr'), { status: 200, body: { greeting: 'Bonjour, Ada!' } });
});

test('answers 400 for what it cannot greet, 404 elsewhere, and 405 to other methods', async () => {
  assert.equal((await get('/greet?language=tlh')).status, 400);
  assert.equal((await get('/nowhere')).status, 404);
  assert.equal((await get('/greet', { method: 'POST' })).status, 405);
});
