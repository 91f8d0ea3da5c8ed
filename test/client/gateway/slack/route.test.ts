import { request as httpRequest } from 'node:http';
import { Client, Connection } from '@temporalio/client';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mayAnswer } from '../../../../client/gateway/slack/responder.ts';
import { slackRoutes } from '../../../../client/gateway/slack/route.ts';
import { createTally } from '../../../../client/gateway/tally.ts';
import { createRandom } from '../../../support/random.ts';
import { interaction, signed } from '../../../support/slack/click.ts';

const secret = 'the signing secret';
const old = 'the secret before it';
const form = 'application/x-www-form-urlencoded';

let gateway: FastifyInstance;
let tally: ReturnType<typeof createTally>;
let url: string;
let connection: Connection;

async function open(secrets: readonly string[]): Promise<void> {
  // Nothing listens there: what is refused must not need Temporal.
  connection = Connection.lazy({ address: '127.0.0.1:1' });
  gateway = Fastify();
  tally = createTally();
  await gateway.register(slackRoutes, { secrets, client: new Client({ connection }), tally });
  url = `${await gateway.listen({ host: '127.0.0.1', port: 0 })}/webhooks/slack`;
}
beforeEach(async () => await open([secret, old]));
afterEach(async () => {
  await gateway.close();
  await connection.close();
});

type Sending = { body: string | Buffer; headers?: Record<string, string>; type?: string; by?: string; at?: number };
async function send({ body, headers, type = form, by = secret, at }: Sending) {
  const response = await fetch(url, {
    method: 'POST',
    body: new Uint8Array(Buffer.from(body)),
    headers: { 'content-type': type, ...signed(body, { secret: by, at }), ...headers },
  });
  return { status: response.status, text: await response.text() };
}

function formOf(payload: unknown): string {
  return new URLSearchParams({ payload: typeof payload === 'string' ? payload : JSON.stringify(payload) }).toString();
}

const unknownClick = formOf(
  interaction({ user: 'U0ADA', responseUrl: 'https://hooks.slack.com/x', action: { action_id: 'other', value: 'x' }, at: 1 }),
);
const now = () => Date.now() / 1000;

describe('the signature', () => {
  it.each([
    ['of the newest secret', { by: secret }, 200],
    ['of the secret before it', { by: old }, 200],
    ['of a wrong secret', { by: 'another secret' }, 401],
    ['290 s old', { at: now() - 290 }, 200],
    ['from a clock 290 s ahead', { at: now() + 290 }, 200],
    ['310 s old', { at: now() - 310 }, 401],
    ['from a clock 310 s ahead', { at: now() + 310 }, 401],
    ['of another time', { headers: { 'x-slack-request-timestamp': String(Math.floor(now() - 5)) } }, 401],
    ['of version 1', { headers: { 'x-slack-signature': `v1=${'a'.repeat(64)}` } }, 401],
    ['with a time that is none', { headers: { 'x-slack-request-timestamp': 'NaN' } }, 401],
    ['cut short', { headers: { 'x-slack-signature': 'v0=abc' } }, 401],
    ['empty', { headers: { 'x-slack-signature': '', 'x-slack-request-timestamp': '' } }, 401],
  ] as const)('%s is answered with its status', async (_what, change, status) => {
    const answer = await send({ body: unknownClick, ...change });
    expect(answer.status).toBe(status);
    if (status === 401)
      expect(JSON.parse(answer.text)).toMatchObject({ type: 'SignatureInvalid', message: expect.stringContaining('X-Slack') });
  });

  it('of another body does not count', async () => {
    expect((await send({ body: unknownClick, headers: signed('payload=1', { secret }) })).status).toBe(401);
  });

  it('cannot be checked without a secret, and the answer says what to set', async () => {
    await gateway.close();
    await open([]);
    const answer = await send({ body: unknownClick });
    expect([answer.status, answer.text]).toEqual([503, expect.stringContaining('MAINSTAY_SLACK_SIGNING_SECRET')]);
  });
});

describe('what Slack signs', () => {
  it('may ask whether the address is ours', async () => {
    const body = JSON.stringify({ type: 'url_verification', token: 'x', challenge: 'c0ffee' });
    expect(await send({ body, type: 'application/json' })).toEqual({ status: 200, text: '{"challenge":"c0ffee"}' });
  });

  it.each([
    ['an action of another app', unknownClick, 'action'],
    ['a modal', formOf({ type: 'view_submission', user: { id: 'U1' } }), 'view_submission'],
    ['a slash command', 'command=%2Fmainstay&text=status', 'command'],
    ['a check of the certificate', 'ssl_check=1&token=x', 'ssl_check'],
  ])('and we do not know is taken and counted: %s', async (_what, body, action) => {
    expect(await send({ body })).toEqual({ status: 200, text: '' });
    expect(tally.lines()).toEqual([{ event: 'slack', action, outcome: 'ignored', count: 1 }]);
  });

  it.each([
    ['no JSON', formOf('{"type":"block_actions"')],
    ['no object', formOf('7')],
    ['no type', formOf({ user: { id: 'U1' } })],
    ['a user that is none', formOf({ type: 'block_actions', user: { id: 'U1>' }, actions: [] })],
    ['actions that are none', formOf({ type: 'block_actions', user: { id: 'U1' }, actions: 'x' })],
  ])('but is malformed is refused with 400: %s', async (_what, body) => {
    const answer = await send({ body });
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('not what Slack sends')]);
  });

  it('of two megabytes is refused before it is read', async () => {
    expect((await send({ body: `payload=${'x'.repeat(2 ** 21)}` })).status).toBe(413);
  });

  it('of another kind is refused', async () => {
    expect((await send({ body: '<xml/>', type: 'text/xml' })).status).toBe(415);
  });

  it('and never ends does no harm', async () => {
    const { hostname, port } = new URL(url);
    const headers = { 'content-type': form, 'content-length': '1000', ...signed(unknownClick, { secret }) };
    const truncated = httpRequest({ hostname, port, path: '/webhooks/slack', method: 'POST', headers });
    const ended = new Promise((resolve) => truncated.on('error', resolve).on('close', resolve));
    truncated.write('payload=');
    truncated.flushHeaders();
    setImmediate(() => truncated.destroy());
    await ended;
    expect((await send({ body: unknownClick })).status).toBe(200);
  });
});

describe('five hundred fuzzed bodies', () => {
  const seeds = [
    unknownClick,
    formOf(
      interaction({
        user: 'U0ADA',
        responseUrl: 'http://169.254.169.254/',
        action: { action_id: 'mainstay_decide:approve', value: '{"w":1}' },
        at: 1,
      }),
    ),
    JSON.stringify({ type: 'url_verification', challenge: 'x' }),
    'command=/mainstay',
  ];

  it('signed or not, get nothing but 2xx and 4xx', async () => {
    const random = createRandom(11);
    const statuses = new Map<number, number>();
    for (let round = 0; round < 500; round++) {
      const body = mutated(Buffer.from(seeds[round % seeds.length] ?? ''), random);
      const type = random() < 0.5 ? form : 'application/json';
      const { status } = await send({ body, type, by: random() < 0.9 ? secret : 'wrong' });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect([...statuses.keys()].filter((status) => status < 200 || status >= 500 || (status >= 300 && status < 400))).toEqual([]);
    expect(statuses.get(200)).toBeGreaterThan(10);
    expect(statuses.get(400)).toBeGreaterThan(10);
    expect(statuses.get(401)).toBeGreaterThan(10);
  });
});

describe('an answer is sent', () => {
  const api = 'https://slack.acme.test/api/';
  it.each([
    ['https://hooks.slack.com/actions/T1/2/3', api, true],
    ['https://slack.com/x', undefined, true],
    ['https://slack.acme.test/answer', api, true],
    ['http://127.0.0.1:4003/response/1', 'http://127.0.0.1:4003/api/', true],
    ['http://127.0.0.1:4004/response/1', 'http://127.0.0.1:4003/api/', false],
    ['http://hooks.slack.com/x', api, false],
    ['http://slack.acme.test/x', 'http://slack.acme.test/api/', false],
    ['https://slack.com.evil.test/', api, false],
    ['https://evilslack.com/', api, false],
    ['https://hooks.slack.com:8443/', api, false],
    ['https://hooks.slack.com@evil.test/', api, false],
    ['https://user:pass@hooks.slack.com/', api, false],
    ['http://169.254.169.254/latest/meta-data', api, false],
    ['file:///etc/passwd', api, false],
    ['gopher://hooks.slack.com/', api, false],
    ['//hooks.slack.com', api, false],
    ['not a url', api, false],
  ])('to %s (Slack at %s): %s', (responseUrl, configured, expected) => {
    expect(mayAnswer(responseUrl, configured)).toBe(expected);
  });
});

function mutated(bytes: Buffer, random: () => number): Buffer {
  const copy = Buffer.from(bytes);
  for (let flips = Math.floor(random() * 8); flips > 0; flips--) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
  return random() < 0.3 ? copy.subarray(0, Math.floor(random() * copy.length)) : copy;
}
