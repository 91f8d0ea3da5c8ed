import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createModel } from '../../../../activities/lib/model/model.ts';
import type { ModelSettings } from '../../../../activities/lib/model/provider.ts';
import { createThinker } from '../../../../activities/lib/model/thinker.ts';
import { createArtifactStore } from '../../../../activities/lib/store.ts';
import { failureMessage } from '../../../../schemas/failures.ts';
import { expectFailure } from '../../../support/failures.ts';
import { temporaryFolder } from '../../../support/gitRepository.ts';
import { type ModelServer, type Said, startModelServer } from '../../../support/modelServer.ts';

const schema = z.object({ colour: z.string() });
const blue = { colour: 'blue' };
const thinking = { key: 'run/1', agent: 'planner@1', prompt: 'plan', values: { request: 'a', map: 'b' }, schema } as const;

async function thinkerFor(server?: ModelServer, settings?: Partial<ModelSettings>, provider: ModelSettings['provider'] = 'openai') {
  const home = await temporaryFolder();
  const store = createArtifactStore({ home });
  const make = (more?: Partial<ModelSettings>) =>
    createThinker({ model: server && createModel({ ...server.settings(provider), ...settings, ...more }), store });
  return { home, make, ...make() };
}

describe.each(['google', 'anthropic', 'openai'] as const)('%s', (provider) => {
  it('answers with what it has cost and by whom it is', async () => {
    const server = await startModelServer('rubbish', blue);
    const { think } = await thinkerFor(server, { prices: [{ model: '*', input: 1_000_000, output: 2_000_000 }] }, provider);
    expect(await think({ ...thinking, steps: 1 })).toEqual({
      kind: 'answer',
      value: blue,
      usage: { steps: 1, inputTokens: 22, outputTokens: 14, usd: 50 },
      by: { agent: 'planner@1', mind: expect.stringMatching(new RegExp(`^${provider}/`)), prompt: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });

  const inAnHour = () => new Date(Date.now() + 3_600_000);
  it.each<[string, Said | (() => Said), number]>([
    ['seconds', { error: { message: 'slow' }, status: 429, retryAfter: 40 }, 40],
    ['a date', () => ({ error: { message: 'slow' }, status: 429, headers: { 'retry-after': inAnHour().toUTCString() } }), 3_600],
    [
      "Anthropic's reset",
      () => ({ error: { message: 'slow' }, status: 429, headers: { 'anthropic-ratelimit-tokens-reset': inAnHour().toISOString() } }),
      3_600,
    ],
    ["OpenAI's reset", { error: { message: 'slow' }, status: 429, headers: { 'x-ratelimit-reset-tokens': '2m30s' } }, 150],
    [
      "Google's detail",
      {
        error: { message: '' },
        status: 429,
        body: { error: { code: 429, message: 'quota', status: 'RESOURCE_EXHAUSTED', details: [{ retryDelay: '77s' }] } },
      },
      77,
    ],
    ['nothing', { error: { message: 'slow' }, status: 429 }, 30],
    ['an overload', { error: { message: 'overloaded' }, status: 529 }, 30],
    ['too much', { error: { message: 'slow' }, status: 429, retryAfter: 9_999_999 }, 86_400],
    ['nothing at all', { error: { message: 'slow' }, status: 429, retryAfter: 0 }, 1],
  ])('waits when asked to (%s)', async (_, said, seconds) => {
    const before = Date.now();
    const server = await startModelServer(typeof said === 'function' ? said() : said, blue);
    const { think } = await thinkerFor(server, {}, provider);
    const wait = await think(thinking);
    if (wait.kind !== 'wait') expect.unreachable();
    // A date of HTTP has whole seconds.
    expect(Date.parse(wait.until) - before).toBeGreaterThan((seconds - 2) * 1000);
    expect(Date.parse(wait.until) - before).toBeLessThan((seconds + 5) * 1000);
    expect(wait.reason).toContain('asks to wait');
    expect(await think(thinking)).toMatchObject({ kind: 'answer', value: blue });
  });

  it.each<[string, Said]>([
    ['status 500', { error: { message: 'oops' }, status: 500 }],
    ['status 503', { error: { message: 'oops' }, status: 503 }],
    ['a connection that never answers', { cut: 'before' }],
    ['a connection cut in the middle', { cut: 'middle' }],
    ['a truncated body', { cut: 'truncated' }],
  ])('leaves %s to Temporal, and counts what was paid before it', async (_, said) => {
    const server = await startModelServer('rubbish', said, blue);
    const { think } = await thinkerFor(server, {}, provider);
    await expectFailure(think(thinking), 'ServiceUnavailable', 'is away');
    expect(await think(thinking)).toMatchObject({ kind: 'answer', usage: { inputTokens: 22, outputTokens: 14 } });
    expect(server.received()).toHaveLength(3);
  });
});

it('asks no second time for what was answered, also in another process', async () => {
  const server = await startModelServer(blue, { colour: 'red' });
  const { think, make } = await thinkerFor(server);
  const first = await think(thinking);
  expect(await make().think(thinking)).toEqual(first);
  expect(server.received()).toHaveLength(1);
});

it.each([
  ['key', { ...thinking, key: 'run/2' }, {}],
  ['model', thinking, { model: 'gpt-5' }],
])('asks anew for another %s', async (_, other, settings) => {
  const server = await startModelServer(blue, { colour: 'red' });
  const { think, make } = await thinkerFor(server);
  await think(thinking);
  expect(await make(settings).think(other)).toMatchObject({ value: { colour: 'red' } });
});

it('gives up an answer that never fits, with what it has cost', async () => {
  const server = await startModelServer({ colour: 7 });
  const { think } = await thinkerFor(server);
  await expectFailure(think(thinking), 'ModelFailed', 'in 3 tries');
  expect(server.received()).toHaveLength(3);
});

it('says how to configure a model when there is none', async () => {
  const { think, configured } = await thinkerFor();
  expect(configured).toBe(false);
  await expectFailure(think(thinking), 'NotConfigured', 'set MODEL_NAME and one of GOOGLE_API_KEY, ANTHROPIC_API_KEY, OPENAI_API_KEY');
});

it('never keeps or tells the key', async () => {
  const leaking = { error: { message: 'bad key test-key-of-the-model' }, status: 429 };
  const server = await startModelServer(blue, leaking, { ...leaking, status: 401 });
  const { think, home } = await thinkerFor(server);
  await think(thinking);
  const told = [await think({ ...thinking, key: 'b' }), await think({ ...thinking, key: 'c' }).catch(failureMessage)];
  expect(told[1]).toContain('OPENAI_API_KEY');
  const files = (await readdir(home, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const texts = await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')));
  expect(files.length).toBeGreaterThan(0);
  expect(JSON.stringify([told, texts])).not.toContain('test-key-of-the-model');
});
