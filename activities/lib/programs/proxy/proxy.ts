import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ModelPrice, costOf, priceOf } from '../../model/price.ts';
import { carriesPass, forProgram } from './headers.ts';
import { hideKey } from './hide.ts';
import { type Route, routeOf } from './routes.ts';
import { sealBody } from './seal.ts';
import { type Tokens, countTokens } from './tokens.ts';
import { type Trouble, type Upstream, askUpstream, troubleOf } from './upstream.ts';

export type ProxyLimits = {
  /** Requests that ask the model. */
  requests: number;
  /** Input and output together; the request that goes over it is still answered. */
  tokens: number;
  usd?: number;
};

export type ProxyDeps = {
  upstream: Upstream;
  prices?: readonly ModelPrice[];
  /** What the program was given as its key; who does not show it is not served. */
  pass: string;
  limits: ProxyLimits;
  /** After each answered request for the model, and when one is refused for the limits. */
  onUse?(used: ProxyUse): void;
  /** After each request for the model that the provider did not answer well. */
  onTrouble?(trouble: Trouble): void;
};

/** What went through; `usd` is null once a model without a price was asked. `exhausted`: a request was refused for the limits. `trouble` is the upstream's last complaint, when no good answer came after it. */
export type ProxyUse = Tokens & {
  requests: number;
  usd: number | null;
  exhausted: boolean;
  trouble?: Trouble;
};

export type Proxy = {
  /** Serves a connection that came out of a box. */
  accept(connection: Duplex): void;
  use(): ProxyUse;
  /** Ends all connections and requests. */
  close(): void;
};

// The largest requests hold a few images; more in all than this is a flood.
const longestBody = 24 * 2 ** 20;
const mostBodies = 64 * 2 ** 20;
const longestAnswers = 2 ** 30;
/** What is read of a complaint; longer ones say no more. */
const longestComplaint = 20_000;
/** Requests of any kind; a program asks for a few besides those that it asks the model. */
const mostRequests = 20_000;

/** The one way out of a box: plain HTTP requests for one provider, with the real key put in here. It listens nowhere; connections are handed to it. */
export function createProxy({ upstream, prices = [], pass, limits, onUse, onTrouble }: ProxyDeps): Proxy {
  const used: ProxyUse = { requests: 0, inputTokens: 0, outputTokens: 0, usd: 0, exhausted: false };
  const load = { requests: 0, bodies: 0, answers: 0 };
  const connections = new Set<Duplex>();
  const ending = new AbortController();

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    load.requests += 1;
    const route = routeOf(upstream.provider, request);
    if ('refused' in route) return refuse(response, 403, route.refused);
    if (!carriesPass(request.headers, pass)) return refuse(response, 401, 'this address serves the coding program alone');
    if (load.requests > mostRequests || load.answers > longestAnswers) return refuse(response, 403, 'too many requests in one run');
    if (route.kind === 'read') {
      await forward(request, response, route);
      return;
    }

    if (isOver()) {
      used.exhausted = true;
      onUse?.({ ...used });
      return refuse(response, 403, 'the budget of this run is used up: come to an end');
    }
    if (route.kind === 'ask') used.requests += 1;
    const body = await readBody(request);
    if (body === undefined) return refuse(response, 413, `requests have at most ${longestBody} bytes`);
    const sealed = sealBody(upstream.provider, body);
    if (sealed === undefined) return refuse(response, 403, 'only JSON is passed on, and nothing that the provider would have to fetch');
    const tokens = await forward(request, response, route, Buffer.from(JSON.stringify(sealed)));
    if (route.kind === 'count') return;
    const usd = costOf(priceOf(prices, modelOf(route.path, sealed)), tokens);
    used.inputTokens += tokens.inputTokens;
    used.outputTokens += tokens.outputTokens;
    used.usd = usd === null || used.usd === null ? null : used.usd + usd;
    onUse?.({ ...used });
  }

  function isOver(): boolean {
    const { requests, tokens, usd = Infinity } = limits;
    return used.requests >= requests || used.inputTokens + used.outputTokens >= tokens || (used.usd ?? 0) >= usd;
  }

  async function forward(request: IncomingMessage, response: ServerResponse, { path, kind }: Route, body?: Buffer): Promise<Tokens> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, ending.signal]);
    const answer = await askUpstream(upstream, { method: body ? 'POST' : 'GET', path, headers: request.headers, body, signal });
    if (kind === 'ask') used.trouble = answer.trouble;
    const counting = countTokens();
    if (!answer.message) {
      refuse(response, answer.trouble?.status ?? 502, 'the model is away');
      return counting.end();
    }
    const hidden = hideKey(upstream.key);
    let complaint = '';
    response.writeHead(answer.message.statusCode ?? 502, forProgram(answer.message.headers, upstream.key));
    await pipeline(
      answer.message,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          counting.take(chunk);
          load.answers += chunk.length;
          if (answer.trouble && complaint.length < longestComplaint) complaint += chunk.toString('utf8');
          yield chunk;
        }
      },
      hidden,
      response,
      // What the program hung up on was paid for as well.
    ).catch(() => response.destroy());
    // How long to wait is said in the text of some.
    if (kind === 'ask' && answer.trouble) {
      used.trouble = troubleOf(answer.message, complaint);
      onTrouble?.(used.trouble);
    }
    return counting.end();
  }

  async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        size += chunk.length;
        load.bodies += chunk.length;
        if (size > longestBody || load.bodies > mostBodies) return undefined;
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    } finally {
      load.bodies -= size;
    }
  }

  const server = createServer({ maxHeaderSize: 32 * 2 ** 10 }, (request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  const shut = (_request: IncomingMessage, connection: Duplex) =>
    connection.end('HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  server.on('connect', shut);
  server.on('upgrade', shut);
  server.on('clientError', (_error, connection) => connection.destroy());

  return {
    accept(connection) {
      connections.add(connection);
      connection.once('close', () => connections.delete(connection));
      server.emit('connection', connection);
    },
    use: () => ({ ...used }),
    close() {
      ending.abort();
      for (const connection of connections) connection.destroy();
    },
  };
}

/** Google names the model in the path, the others in the body. */
function modelOf(path: string, body: Record<string, unknown>): string {
  return /^\/models\/([^:]+):/.exec(path)?.[1] ?? String(body.model);
}

/** An error in a shape that the clients of all three providers read. */
function refuse(response: ServerResponse, status: number, message: string): void {
  const body = JSON.stringify({ type: 'error', error: { type: 'permission_error', code: status, status: 'PERMISSION_DENIED', message } });
  // The rest of a body that was not read must not pass for the next request.
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(body);
}
