import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { createModel } from '../../../../activities/lib/model/model.ts';
import { failureType } from '../../../../schemas/failures.ts';
import { startModelServer } from '../../../support/modelServer.ts';

const schema = z.object({ verdict: z.enum(['good', 'bad']), lines: z.array(z.number()) });
const good = { verdict: 'good', lines: [1, 2] };
const question = { system: 'You review.', prompt: 'Is it good?', schema };

describe.each(['google', 'anthropic', 'openai'] as const)('%s', (provider) => {
  it('answers in the asked shape, with its tokens', async () => {
    const server = await startModelServer(good);
    const model = createModel(server.settings(provider));
    const { object, usage } = await model!.ask(question);
    expect(object).toEqual(good);
    expect(usage).toEqual({ inputTokens: 11, outputTokens: 7, usd: null });
    expect(model!.name).toMatch(new RegExp(`^${provider}/`));
    expect(server.received()).toHaveLength(1);
    expect(server.received()[0]).toContain('You review.');
  });

  it.each([
    ['no JSON', 'I think that {it is'],
    ['another shape', { verdict: 'perhaps' }],
  ])('repairs an answer that is %s', async (_, bad) => {
    const server = await startModelServer(bad, bad, good);
    const { object, usage } = await createModel(server.settings(provider))!.ask(question);
    expect(object).toEqual(good);
    expect(usage).toEqual({ inputTokens: 33, outputTokens: 21, usd: null });
    expect(server.received()).toHaveLength(3);
    expect(server.received()[1]).toContain('cannot be used');
  });

  it('gives up after two repairs', async () => {
    const server = await startModelServer({ verdict: 'perhaps' });
    const error = await refusal(createModel(server.settings(provider))!.ask(question));
    expect(failureType(error)).toBe('ModelFailed');
    expect(server.received()).toHaveLength(3);
  });

  it.each([
    [401, 'ServiceRefused', /_API_KEY$/],
    [403, 'ServiceRefused', /_API_KEY$/],
    [404, 'ServiceRefused', /MODEL_NAME and MAINSTAY_MODEL_URL$/],
    [400, 'ServiceRefused', /check MODEL_NAME, .*_API_KEY/],
    [500, 'ServiceUnavailable', /tried again$/],
    [503, 'ServiceUnavailable', /tried again$/],
  ])('takes status %i as %s, asks once, and never shows the key', async (status, type, advice) => {
    const server = await startModelServer({ error: { message: 'no, test-key-of-the-model' }, status });
    const error = await refusal(createModel(server.settings(provider))!.ask(question));
    expect(failureType(error)).toBe(type);
    expect(error.message).toMatch(advice);
    expect(JSON.stringify([error.message, error.details])).not.toContain('test-key-of-the-model');
    expect(server.received()).toHaveLength(1);
  });

  it('waits as long as the service asks', async () => {
    const server = await startModelServer({ error: { message: 'slow down' }, status: 429, retryAfter: 17 });
    const error = await refusal(createModel(server.settings(provider))!.ask(question));
    expect(failureType(error)).toBe('ServiceUnavailable');
    expect(Number(error.nextRetryDelay)).toBe(17_000);
  });

  it.each(['before', 'middle', 'truncated'] as const)(
    'takes an answer that breaks off (%s) as unavailable, with what was paid before',
    async (cut) => {
      const server = await startModelServer('no JSON', { cut });
      const error = await refusal(createModel(server.settings(provider))!.ask(question));
      expect(failureType(error)).toBe('ServiceUnavailable');
      expect(error.nonRetryable).toBe(false);
      expect(error.details?.[0]).toMatchObject({ usage: { inputTokens: 11, outputTokens: 7 } });
      expect(error.details?.[0]).not.toHaveProperty('parkForMs');
      expect(server.received()).toHaveLength(2);
    },
  );

  it('goes on with a talk of several turns', async () => {
    const server = await startModelServer((asked) => {
      expect(asked.messages.map(({ role, text }) => `${role}: ${text}`)).toEqual(['user: one', 'assistant: two', 'user: three']);
      expect(asked.system).toContain('You review.');
      return good;
    });
    const talk = [
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'two' },
      { role: 'user', content: 'three' },
    ] as const;
    expect((await createModel(server.settings(provider))!.ask({ ...question, prompt: talk })).object).toEqual(good);
  });

  it('asks for the shape that goes in, and checks what comes out', async () => {
    const server = await startModelServer({ name: 'wrong' }, { name: 'right' });
    const piped = z
      .object({ name: z.string() })
      .transform(({ name }) => ({ long: name.length, name }))
      .refine(({ name }) => name === 'right', 'be right');
    const { object } = await createModel(server.settings(provider))!.ask({ ...question, schema: piped });
    expect(object).toEqual({ long: 5, name: 'right' });
    expect(server.received()[1]).toContain('be right');
  });

  it.each([
    [undefined, 8_000],
    [2_000, 2_000],
  ])('asks for no longer answer than the settings allow (%s)', async (outputTokens, most) => {
    const server = await startModelServer(good);
    await createModel({ ...server.settings(provider), outputTokens })!.ask(question);
    expect(server.received()[0]).toMatch(new RegExp(`"(?:max_tokens|maxOutputTokens)":${most}\\b`));
  });

  it('waits for no account without credit', async () => {
    const body = { error: { message: 'You exceeded your current quota', type: 'insufficient_quota', code: 'insufficient_quota' } };
    const server = await startModelServer({ error: { message: '' }, status: 429, body });
    const error = await refusal(createModel(server.settings(provider))!.ask(question));
    expect(failureType(error)).toBe('ServiceRefused');
    expect(error.message).toMatch(/_API_KEY has no credit left$/);
  });

  it('takes a server that is not there as unavailable', async () => {
    const error = await refusal(createModel({ provider, model: 'm', key: 'k', url: 'http://127.0.0.1:9/v1' })!.ask(question));
    expect(failureType(error)).toBe('ServiceUnavailable');
  });

  it('follows no redirect, so that the key stays where it belongs', async () => {
    let reached = 0;
    const other = await listen((_, response) => {
      reached++;
      response.end('{}');
    });
    const url = await listen((_, response) => response.writeHead(307, { location: other }).end());
    const error = await refusal(createModel({ provider, model: 'm', key: 'k', url })!.ask(question));
    expect(failureType(error)).toBe('ServiceRefused');
    expect(error.message).toContain('redirect');
    expect(reached).toBe(0);
  });

  it('takes a good status with rubbish as unavailable', async () => {
    const url = await listen((_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('<html>'));
    expect(failureType(await refusal(createModel({ provider, model: 'm', key: 'k', url })!.ask(question)))).toBe('ServiceUnavailable');
  });

  it('ends with the reason of its signal', async () => {
    const url = await listen(() => undefined);
    const stop = new AbortController();
    const asked = createModel({ provider, model: 'm', key: 'k', url })!.ask({ ...question, signal: stop.signal });
    stop.abort(new Error('cancelled by Ada'));
    await expect(asked).rejects.toThrow('cancelled by Ada');
  });
});

it('is not there without settings', () => {
  expect(createModel()).toBeUndefined();
});

it('sends keys and addresses of the settings, not those of the environment', async () => {
  const names = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'GOOGLE_GENERATIVE_AI_API_KEY', 'OPENAI_API_KEY'];
  for (const name of names) process.env[name] = 'secret-of-the-environment';
  onTestFinished(() => names.forEach((name) => delete process.env[name]));
  const server = await startModelServer(good);
  for (const provider of ['google', 'anthropic', 'openai'] as const) {
    const { key: _, ...settings } = server.settings(provider);
    await createModel(settings)!.ask(question);
  }
  expect(server.received()).toHaveLength(3);
  expect(JSON.stringify([server.headers(), server.received()])).not.toContain('secret-of-the-environment');
});

type Handler = Parameters<typeof createServer>[1];
async function listen(handler: Handler): Promise<string> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function refusal(asked: Promise<unknown>): Promise<ApplicationFailure> {
  return await asked.then(
    () => expect.unreachable(),
    (error: unknown) => error as ApplicationFailure,
  );
}
