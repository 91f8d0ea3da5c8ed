import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEmulator } from 'emulate';
import getPort from 'get-port';
import { z } from 'zod';
import { Blocks } from './blockLimits.ts';
import { click, type Click } from './click.ts';

export const botToken = 'xoxb-test';
export const signingSecret = 'the signing secret of the tests';

/** What goes wrong with the next call of a method. `cut`: Slack does it, and the answer is lost. */
export type Fault =
  | { kind: 'limit'; retryAfter: number }
  | { kind: 'cut' }
  | { kind: 'status'; status: number }
  | { kind: 'error'; error: string };

const Shown = z.object({
  ts: z.string(),
  text: z.string(),
  thread_ts: z.string().optional(),
  blocks: z.array(z.looseObject({ type: z.string() })).default([]),
  metadata: z.object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) }).optional(),
});
export type Shown = z.infer<typeof Shown>;
const Answer = z.looseObject({ ok: z.boolean(), messages: z.array(z.looseObject({ ts: z.string() })).optional() });

export type EmulatedSlack = Awaited<ReturnType<typeof startSlack>>;

/**
 * An emulated Slack on a socket: `emulate` behind a front that adds what it lacks: Block Kit's limits, `oldest`, metadata only on demand,
 * `#name` of a channel, faults, clicks on buttons, and the addresses for answers to them.
 */
export async function startSlack() {
  const emulator = await createEmulator({ service: 'slack', port: await getPort({ host: '127.0.0.1' }), seed: { slack: seed } });
  const upstream = emulator.url.replace('localhost', '127.0.0.1');
  const faults = new Map<string, Fault[]>();
  const counts = { lost: 0 };
  const calls: { method: string; body: Record<string, string> }[] = [];
  const responses: { path: string; body: unknown }[] = [];

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(request);
    const path = request.url ?? '/';
    if (path.startsWith('/response/')) {
      responses.push({ path, body: JSON.parse(text) });
      response.end('ok');
      return;
    }
    const method = path.replace('/api/', '');
    const body = Object.fromEntries(new URLSearchParams(text));
    calls.push({ method, body });
    const fault = faults.get(method)?.shift();
    if (fault?.kind === 'limit') return void response.writeHead(429, { 'retry-after': String(fault.retryAfter) }).end();
    if (fault?.kind === 'status') return void response.writeHead(fault.status).end('<html>away</html>');
    if (fault?.kind === 'error') return sendJson(response, { ok: false, error: fault.error });
    const answered = await perform(method, body, request.headers.authorization ?? '');
    if (fault?.kind === 'cut') {
      if (method.startsWith('chat.') && answered.ok) counts.lost++;
      return void request.socket.destroy();
    }
    sendJson(response, answered);
  }

  async function perform(
    method: string,
    body: Record<string, string>,
    authorization = `Bearer ${botToken}`,
  ): Promise<z.infer<typeof Answer>> {
    if (body['blocks'] !== undefined && !Blocks.safeParse(JSON.parse(body['blocks'])).success)
      return { ok: false, error: 'invalid_blocks' };
    const sent = { ...body, channel: body['channel']?.replace(/^#/, '') ?? '' };
    const reply = await fetch(`${upstream}/api/${method}`, { method: 'POST', headers: { authorization }, body: new URLSearchParams(sent) });
    const answered = Answer.parse(await reply.json());
    if (!answered.messages) return answered;
    const since = Number(body['oldest'] ?? 0);
    const messages = answered.messages
      .filter(({ ts }) => Number(ts) >= since)
      .map((message) => (body['include_all_metadata'] === 'true' ? message : { ...message, metadata: undefined }));
    return { ...answered, messages };
  }

  async function read(method: string, options: Record<string, string>): Promise<Shown[]> {
    const { messages } = await perform(method, { ...options, include_all_metadata: 'true', limit: '999' });
    return z.array(Shown).parse(messages);
  }

  return {
    api: `${url}/api/`,
    channel: 'C000000001',
    channelName: 'general',
    calls,
    /** What was sent to the addresses for answers. */
    responses,
    /** The next calls of the method go wrong, one after the other. */
    misbehave(method: string, ...next: Fault[]) {
      faults.set(method, [...(faults.get(method) ?? []), ...next]);
    },
    /** How many acknowledged messages and changes were never heard of. */
    lost: () => counts.lost,
    /** Nothing goes wrong any more. */
    calm: () => faults.clear(),
    /** Deletes a message, as a person could. */
    remove: async (ts: string) => await perform('chat.delete', { channel: 'C000000001', ts }),
    /** Messages of the channel that are in no thread, newest first. */
    messages: async () => await read('conversations.history', { channel: 'C000000001' }),
    /** Replies to a message, oldest first. */
    replies: async (ts: string) =>
      (await read('conversations.replies', { channel: 'C000000001', ts })).filter((message) => message.ts !== ts),
    /** Posts as somebody else, with any text and metadata. */
    postAs: async (token: string, body: Record<string, string>) =>
      await perform('chat.postMessage', { channel: 'C000000001', ...body }, `Bearer ${token}`),
    /** Clicks a button of the newest message as Slack would tell of it, and answers the gateway's reply. */
    async click(change: Omit<Click, 'responseUrl' | 'messages' | 'secret'> & { secret?: string }) {
      const responseUrl = `${url}/response/${randomBytes(8).toString('hex')}`;
      return await click({ secret: signingSecret, ...change, messages: await this.messages(), responseUrl });
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await emulator.close();
    },
  };
}

const app = { app_id: 'A0MAINSTAY', bot_id: 'B0MAINSTAY', bot_user_id: 'U0MAINSTAY' };
const seed = {
  oauth_apps: [{ ...app, client_id: '1.2', client_secret: 'unused', name: 'Mainstay', redirect_uris: [], bot_name: 'mainstay' }],
  tokens: [
    {
      token: botToken,
      user_id: app.bot_user_id,
      ...app,
      scopes: ['chat:write', 'channels:history', 'channels:read', 'groups:read', 'groups:history'],
    },
    { token: 'xoxb-narrow', user_id: app.bot_user_id, ...app, scopes: ['chat:write', 'channels:history'] },
    { token: 'xoxp-stranger', user_id: 'U000000001', scopes: ['chat:write', 'channels:history'] },
  ],
  strict_scopes: true,
};

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
