import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { Client, Connection } from '@temporalio/client';
import { listen } from '../../../client/gateway/server.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectFailure } from '../../support/failures.ts';
import { deliver, openEngine, openGateway, secret } from '../../support/gateway.ts';
import { pullRequestPayload, pushPayload, sha } from '../../support/githubPayloads.ts';

type Open<T> = { now?: Awaited<T> };
const engine: Open<ReturnType<typeof openEngine>> = {};
const gateway: Open<ReturnType<typeof openGateway>> = {};

beforeAll(async () => {
  engine.now = await openEngine();
  gateway.now = await openGateway(engine.now.client);
});
afterAll(async () => {
  await gateway.now?.close();
  await engine.now?.close();
});

const url = () => gateway.now!.url;
const client = () => engine.now!.client;
const flows = async () => await client().workflow.count();
/** A payload that would start a run if it were taken. */
const unseen = () => pushPayload({ after: sha('d') });
const send = (change: Partial<Parameters<typeof deliver>[0]>) => deliver({ url: url(), event: 'push', payload: unseen(), ...change });
const sha1 = (text: string) => `sha1=${createHmac('sha1', secret).update(text).digest('hex')}`;

describe('a signature', () => {
  it('of either secret is good while they are changed', async () => {
    const rotating = await openGateway(client(), { githubSecrets: ['the new secret', 'the old secret'] });
    const event = { url: rotating.url, event: 'ping', payload: { zen: 'x' } };
    const answers = await Promise.all(['the new secret', 'the old secret', 'an older one'].map((by) => deliver({ ...event, secret: by })));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 401]);
    await rotating.close();
  });

  it.each<[string, Partial<Parameters<typeof deliver>[0]>]>([
    ['of another secret', { secret: 'somebody else’s' }],
    ['that is empty', { headers: { 'x-hub-signature-256': '' } }],
    ['that is short', { headers: { 'x-hub-signature-256': 'sha256=abc' } }],
    ['of another body', { body: JSON.stringify(unseen()), headers: { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` } }],
    ['in SHA-1 under the better name', { body: '{}', headers: { 'x-hub-signature-256': sha1('{}') } }],
    ['of an empty body', { body: '' }],
  ])('%s is refused, and starts nothing', async (_, change) => {
    const before = await flows();
    expect(await send(change)).toMatchObject({ status: 401, body: { type: 'SignatureInvalid' } });
    expect((await flows()).count).toBe(before.count);
  });

  it('is asked for before the body is read; SHA-1 alone is none', async () => {
    const answers: number[] = [];
    for (const headers of [{}, { 'x-hub-signature': sha1('{}') }]) {
      const all = { 'content-type': 'application/json', 'x-github-event': 'ping', 'x-github-delivery': 'd', ...headers };
      answers.push((await fetch(`${url()}/webhooks/github`, { method: 'POST', body: '{}', headers: all })).status);
    }
    expect(answers).toEqual([401, 401]);
  });

  it('of a body that was cut off is refused', async () => {
    const text = JSON.stringify(unseen());
    const signature = `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`;
    expect(await send({ body: text.slice(0, -20), headers: { 'x-hub-signature-256': signature } })).toMatchObject({ status: 401 });
  });
});

describe('a delivery', () => {
  it.each<[string, number, Partial<Parameters<typeof deliver>[0]>, string?]>([
    ['no JSON', 422, { body: '{"ref":' }, 'payload'],
    ['JSON of a hundred levels', 422, { body: `${'['.repeat(100)}${']'.repeat(100)}` }, 'payload'],
    ['a field that is wrong', 422, { payload: pushPayload({ after: 'HEAD' }) }, 'after'],
    ['a list', 422, { body: '[]' }, 'payload'],
    ['null', 422, { body: 'null' }, 'payload'],
    ['an id that is a path', 400, { headers: { 'x-github-delivery': '../../x' } }, 'x-github-delivery'],
    ['an id that is too long', 400, { headers: { 'x-github-delivery': 'x'.repeat(200) } }, 'x-github-delivery'],
    ['an event that is no word', 400, { headers: { 'x-github-event': 'push; drop' } }, 'x-github-event'],
    ['another content', 415, { headers: { 'content-type': 'text/xml' } }],
    ['a form without its field', 422, { body: 'x=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 'payload'],
    [
      'a form with the field twice',
      422,
      { body: 'payload=1&payload=2', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      'payload',
    ],
  ])('with %s is refused with %i', async (_, status, change, field) => {
    const before = await flows();
    const answer = await send(change);
    expect(answer).toMatchObject({ status, body: { type: 'InvalidInput' } });
    expect(answer.body['field']).toBe(field);
    expect((await flows()).count).toBe(before.count);
  });

  it('of 26 MB is refused before all of it has come', async () => {
    const signed = { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}`, 'content-type': 'application/json' };
    const answer = await new Promise<{ status?: number; sent: number }>((resolve, reject) => {
      const state = { sent: 0 };
      const call = httpRequest(`${url()}/webhooks/github`, { method: 'POST', headers: { ...signed, 'content-length': 26 * 2 ** 20 } });
      call.on('response', (response) => resolve({ status: response.statusCode, ...state }));
      call.on('error', reject);
      state.sent = 1000;
      call.write('x'.repeat(1000));
    });
    expect(answer).toEqual({ status: 413, sent: 1000 });
  });

  it('of 26 MB that does not say so is refused when it has come too far', async () => {
    const answer = await new Promise<number | undefined>((resolve) => {
      const headers = {
        'x-hub-signature-256': `sha256=${'0'.repeat(64)}`,
        'content-type': 'application/json',
        'transfer-encoding': 'chunked',
      };
      const call = httpRequest(`${url()}/webhooks/github`, { method: 'POST', headers });
      call.on('response', (response) => resolve(response.statusCode));
      // The gateway does not listen to the rest.
      call.on('error', () => undefined);
      for (let megabyte = 0; megabyte < 26; megabyte++) call.write(Buffer.alloc(2 ** 20, 'x'));
      call.end();
    });
    expect(answer).toBe(413);
  });

  it('of 25 MB is put off while ten others are on their way; small ones still come through', async () => {
    const signed = { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}`, 'content-type': 'application/json' };
    const big = async () => {
      const call = httpRequest(`${url()}/webhooks/github`, { method: 'POST', headers: { ...signed, 'content-length': 25 * 2 ** 20 } });
      const status = new Promise<number | undefined>((resolve) => {
        call.on('response', (response) => resolve(response.statusCode));
        call.on('error', () => resolve(undefined));
      });
      await new Promise((resolve) => call.write('{', resolve));
      return { call, status };
    };
    const slow = await Promise.all(Array.from({ length: 10 }, big));
    // Whichever of the eleven comes last.
    slow.push(await big());
    expect(await Promise.race(slow.map(({ status }) => status))).toBe(503);
    expect(await send({ event: 'ping', payload: {} })).toMatchObject({ status: 202 });
    for (const { call } of slow) call.destroy();
    const again = async () => {
      const { call, status } = await big();
      const answer = await Promise.race([status, send({ event: 'ping', payload: {} }).then(() => 'waits')]);
      call.destroy();
      return answer;
    };
    await expect.poll(again, { timeout: 10_000 }).toBe('waits');
  });

  it('with keys of the prototype changes nothing but what it says', async () => {
    const body = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"action":"labeled"}';
    expect(await send({ event: 'pull_request', body })).toMatchObject({ status: 202, body: { accepted: false, reason: 'action' } });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('as a form starts the same as in JSON', async () => {
    const payload = pushPayload({ after: sha('e') });
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const first = await send({ body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    expect(first).toMatchObject({ status: 202, body: { accepted: true, actions: [{ outcome: 'started' }] } });
    const { actions } = (await send({ payload })).body as { actions: object[] };
    expect(actions).toEqual([{ ...(first.body['actions'] as object[])[0], outcome: 'repeated' }]);
  });

  it('of an event that we do not know is counted and answered', async () => {
    expect(await send({ event: 'from_the_future', payload: {} })).toMatchObject({
      status: 202,
      body: { accepted: false, reason: 'event' },
    });
    const token = await readFile(`${gateway.now!.home}/gateway/token`, 'utf8');
    const counted = await fetch(`${url()}/webhooks`, { headers: { authorization: `Bearer ${token.trim()}` } });
    expect(await counted.json()).toMatchObject({
      deliveries: expect.arrayContaining([{ event: 'from_the_future', action: '', outcome: 'event', count: 1 }]),
    });
  });
});

describe('a gateway', () => {
  it('without a secret says which setting it needs', async () => {
    const bare = await openGateway(client(), { githubSecrets: [] });
    const answer = await deliver({ url: bare.url, event: 'ping', payload: {} });
    expect(answer).toMatchObject({
      status: 503,
      body: { type: 'NotConfigured', message: expect.stringContaining('MAINSTAY_GITHUB_WEBHOOK_SECRET') },
    });
    await bare.close();
  });

  it('whose Temporal is away is alive and not ready, and asks for the delivery again', async () => {
    const connection = Connection.lazy({ address: '127.0.0.1:1' });
    const lonely = await openGateway(new Client({ connection }));
    const [answer, health, ready] = await Promise.all([
      deliver({ url: lonely.url, event: 'pull_request', payload: pullRequestPayload('opened') }),
      fetch(`${lonely.url}/health`),
      fetch(`${lonely.url}/ready`),
    ]);
    expect(answer).toMatchObject({ status: 503, body: { type: 'EngineUnavailable' } });
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect([health.status, ready.status]).toEqual([200, 503]);
    await lonely.close();
    await connection.close();
  });

  it('whose address is taken says so, and can be given another', async () => {
    const second = await openGateway(client(), { listens: false });
    const { port } = new URL(url());
    await expectFailure(
      listen(second.gateway, { host: '127.0.0.1', port: Number(port) }),
      'InvalidInput',
      `MAINSTAY_LISTEN: 127.0.0.1:${port}`,
    );
    const other = await listen(second.gateway, { host: '127.0.0.1', port: 0 });
    expect((await fetch(`${other}/health`)).status).toBe(200);
    await second.close();
  });

  it('that ends takes nothing more, and lets what it has taken come to its end', async () => {
    const ending = await openGateway(client());
    const under = Array.from({ length: 20 }, (_, n) =>
      deliver({ url: ending.url, event: 'pull_request', payload: pullRequestPayload('opened', { number: 500 + n }) }),
    );
    const answers = await Promise.allSettled([...under, ending.close()]);
    const statuses = answers
      .slice(0, -1)
      .map((answer) => (answer.status === 'fulfilled' ? (answer.value as { status: number }).status : 'refused'));
    expect(answers.at(-1)?.status).toBe('fulfilled');
    for (const status of statuses) expect([202, 503, 'refused']).toContain(status);
  });

  it.each([
    ['GET', '/runs', 401, 'NotAuthorized'],
    ['GET', '/approvals', 401, 'NotAuthorized'],
    ['GET', '/locks', 401, 'NotAuthorized'],
    ['POST', '/locks/break', 401, 'NotAuthorized'],
    ['GET', '/webhooks', 401, 'NotAuthorized'],
    ['POST', '/webhooks/slack', 503, 'NotConfigured'],
    ['GET', '/locks/../../etc/passwd', 404, 'NotFound'],
  ])('refuses a stranger: %s %s → %i', async (method, path, status, type) => {
    const answer = await fetch(`${url()}${path}`, { method });
    expect({ status: answer.status, body: await answer.json() }).toMatchObject({ status, body: { type } });
  });

  it('is ready when Temporal answers, and says what it does not have', async () => {
    expect(await (await fetch(`${url()}/ready`)).json()).toEqual({ status: 'ready', namespace: 'default' });
    const nothing = await fetch(`${url()}/webhooks/gitlab`, { method: 'POST' });
    expect({ status: nothing.status, body: await nothing.json() }).toMatchObject({ status: 404, body: { type: 'NotFound' } });
    expect(nothing.headers.get('content-type')).toContain('application/problem+json');
  });
});
