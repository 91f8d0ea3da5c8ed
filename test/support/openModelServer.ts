import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ChatCompletionRequest, type FixtureResponse, LLMock } from '@copilotkit/aimock';
import type { ModelSettings } from '../../activities/lib/model/provider.ts';

/** What the server says to one request: an object as the model's JSON, text as it stands, or a fault. */
export type Said = object | string | Fault | Cut;
/** A refusal, with headers or a body of the provider's own. */
export type Fault = { error: { message: string }; status: number; retryAfter?: number; headers?: Record<string, string>; body?: unknown };
/** The connection breaks: before anything was said, or in the middle of the answer's body; `truncated` ends it as if that were all. */
export type Cut = { cut: 'before' | 'middle' | 'truncated' };

/** A request of any of the three protocols, in one shape. */
export type Asked = {
  system: string;
  messages: { role: 'user' | 'assistant'; text: string }[];
  /** System and messages, one after the other. */
  text: string;
  /** The last message. */
  last: string;
  model: string;
};

/** Answers a request; `index` counts the requests from 0, in the order in which they came. */
export type Answerer = (request: Asked, index: number) => Said | Promise<Said>;

export type ModelServer = {
  url: string;
  /** Settings by which a provider's client speaks to this server. */
  settings(provider: ModelSettings['provider']): ModelSettings;
  /** Bodies of the requests that came, as text. */
  received(): string[];
  headers(): Record<string, string>[];
};

const prefixes = { google: '/v1beta', anthropic: '/v1', openai: '/v1' } as const;
const models = { google: 'gemini-2.5-flash', anthropic: 'claude-sonnet-4-5', openai: 'gpt-4o' } as const;
// Tells the front that the fault with this number is to be made there.
const faultStatus = 418;

/** A real server on a port of its own that speaks the three providers' protocols and says what `answer` says. Needs no test around it. */
export async function openModelServer(answer: Answerer): Promise<ModelServer & { close(): Promise<void> }> {
  const faults: (Fault | Cut)[] = [];
  let count = 0;
  const wires = new LLMock({ port: 0, logLevel: 'silent' });
  wires.on({ predicate: () => true }, async (request) => {
    const said = await answer(askedOf(request), count++);
    return isFault(said) ? { error: { message: String(faults.push(said) - 1) }, status: faultStatus } : responseOf(said);
  });
  await wires.start();

  const received: string[] = [];
  const headers: Record<string, string>[] = [];
  // The server of the protocols cannot set headers or break a connection.
  const front = createServer((request, response) => {
    void pass(request, response).catch(() => response.destroy());
  });
  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray());
    if (request.method === 'POST') {
      received.push(body.toString('utf8'));
      headers.push(Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])));
    }
    const answered = await fetch(`${wires.url}${request.url}`, {
      method: request.method,
      headers: { 'content-type': request.headers['content-type'] ?? 'application/json', accept: request.headers.accept ?? '*/*' },
      ...(request.method === 'POST' && { body }),
    });
    if (answered.status === faultStatus) return await makeFault(faults[Number(/\d+/.exec(messageOf(await answered.json())))]!, response);
    response.writeHead(answered.status, { 'content-type': answered.headers.get('content-type') ?? 'application/json' });
    if (answered.body === null) response.end();
    else await pipeline(Readable.fromWeb(answered.body), response);
  }
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;

  return {
    url,
    settings: (provider) => ({ provider, model: models[provider], key: 'test-key-of-the-model', url: `${url}${prefixes[provider]}` }),
    received: () => received,
    headers: () => headers,
    async close() {
      front.closeAllConnections();
      front.close();
      await wires.stop();
    },
  };
}

function isFault(said: Said): said is Fault | Cut {
  return typeof said === 'object' && ('cut' in said || ('error' in said && 'status' in said));
}

function messageOf(body: unknown): string {
  return String((body as { error?: { message?: unknown } }).error?.message);
}

async function makeFault(fault: Fault | Cut, response: ServerResponse): Promise<void> {
  if (!('cut' in fault)) {
    const { error, status, retryAfter, headers, body } = fault;
    const wait = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
    response.writeHead(status, { 'content-type': 'application/json', ...wait, ...headers }).end(JSON.stringify(body ?? { error }));
    return;
  }
  if (fault.cut === 'before') return void response.destroy();
  const half = '{"id":"1","candidates":[{"content":{"parts":[{"text":"{';
  if (fault.cut === 'truncated') return void response.writeHead(200, { 'content-type': 'application/json' }).end(half);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
  response.write(half, () => response.destroy());
}

function askedOf({ model, messages }: ChatCompletionRequest): Asked {
  const parts = messages.map(({ role, content }) => ({ role, text: textOf(content) }));
  const textsOf = (some: typeof parts) => some.map(({ text }) => text).join('\n');
  const spoken = parts.flatMap(({ role, text }) => (role === 'user' || role === 'assistant' ? [{ role, text }] : []));
  return {
    model,
    system: textsOf(parts.filter(({ role }) => role === 'system')),
    messages: spoken,
    text: textsOf(parts),
    last: spoken.at(-1)?.text ?? '',
  };
}

function textOf(content: ChatCompletionRequest['messages'][number]['content']): string {
  if (typeof content === 'string' || content === null) return content ?? '';
  return content.map(({ text }) => text ?? '').join('');
}

// Each protocol has names of its own for the same counts.
/** What every answer costs, in the words of all three protocols. */
export const usage = {
  prompt_tokens: 11,
  completion_tokens: 7,
  input_tokens: 11,
  output_tokens: 7,
  promptTokenCount: 11,
  candidatesTokenCount: 7,
};

function responseOf(said: object | string): FixtureResponse {
  return { content: typeof said === 'string' ? said : JSON.stringify(said), usage };
}
