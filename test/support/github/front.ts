import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { commentEvent, pullEvent } from './events.ts';
import { tokenIn } from './emulator.ts';
import type { Faults } from './faults.ts';
import { type Answer, type Asked, notFound, type Route, type World } from './routing.ts';
import { repositoryOf } from './state.ts';

/** One request that came, and its answer's status; 0 when the connection was cut. */
export type LoggedRequest = {
  method: string;
  path: string;
  query: string;
  body: string;
  authorization: string;
  status: number;
  at: number;
};

type Front = { world: World; routes: readonly Route[]; faults: Faults; log: LoggedRequest[] };

/** Answers by our routes, passes on to emulate what they lack, misbehaves when told to, and keeps a log. */
export function createFront(front: () => Front): Server {
  return createServer((request, response) => {
    answer(front(), request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else write(response, { status: 500, body: { message: error instanceof Error ? error.stack : String(error) } });
    });
  });
}

async function answer({ world, routes, faults, log }: Front, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', world.state.url);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const asked = { method: request.method ?? 'GET', path: url.pathname, body: text };
  const authorization = request.headers.authorization;
  const entry = { ...asked, query: url.search.slice(1), authorization: authorization ?? '', status: 0, at: Date.now() };
  log.push(entry);

  const fault = faults.next(asked);
  if (fault !== undefined && 'cut' in fault && fault.cut === 'before') return void request.socket.destroy();
  if (fault !== undefined && 'delayMs' in fault) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
  const done: Answer =
    fault !== undefined && 'status' in fault ? fault : await perform(world, routes, { ...asked, url, text, authorization });
  if (fault !== undefined && 'cut' in fault) return void request.socket.destroy();
  entry.status = done.status;
  write(response, done);
}

function write(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '4999',
    ...headers,
  });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

type Request = { method: string; path: string; url: URL; text: string; authorization: string | undefined };

async function perform(world: World, routes: readonly Route[], request: Request): Promise<Answer> {
  const actor = world.core.actorOf(request.authorization);
  const isApp = tokenIn(request.authorization).split('.').length === 3;
  if (actor === undefined && !isApp) {
    const message = request.authorization === undefined ? 'Requires authentication' : 'Bad credentials';
    return { status: 401, body: { message, documentation_url: 'https://docs.github.com/rest' } };
  }
  const named = /^\/repos\/([^/]+)\//.exec(`${request.path}/`)?.[1];
  const account = world.core.accountOf(request.authorization);
  if (account !== undefined && named !== undefined && account !== named) return notFound;

  for (const { method, pattern, handle } of routes) {
    const match = method === request.method ? pattern.exec(request.path) : null;
    if (match === null) continue;
    const groups = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
    const asked: Asked = {
      method,
      path: request.path,
      query: request.url.searchParams,
      params: Object.fromEntries(groups) as Record<string, string>,
      body: parsed(request.text),
      authorization: request.authorization,
      actor: actor ?? { login: 'mainstay[bot]', id: 900, type: 'Bot' },
    };
    return await handle(asked);
  }
  return await passOn(world, request);
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

async function passOn(world: World, request: Request): Promise<Answer> {
  const response = await fetch(world.core.url + request.path + request.url.search, {
    method: request.method,
    headers: { 'content-type': 'application/json', authorization: request.authorization ?? '' },
    ...(request.text === '' ? {} : { body: request.text }),
  });
  const text = await response.text();
  const link = response.headers.get('link');
  const answer: Answer = {
    status: response.status,
    body: text === '' ? undefined : (JSON.parse(text) as unknown),
    headers: link === null ? undefined : { link },
  };
  if (response.ok) learn(world, request, answer);
  return answer;
}

/** What the front must know of what emulate did: tokens of installations, labels of pull requests, comments that GitHub would tell of. */
function learn({ state, core, hooks }: World, request: Request, { body }: Answer): void {
  const installation = /^\/app\/installations\/(\d+)\/access_tokens$/.exec(request.path)?.[1];
  if (installation !== undefined) {
    const { token, expires_at } = body as { token: string; expires_at: string };
    core.learn(token, expires_at, Number(installation));
    return;
  }
  const [, owner = '', repo = '', what, number] = /^\/repos\/([^/]+)\/([^/]+)\/issues\/(comments|\d+)\/?(\d+)?/.exec(request.path) ?? [];
  const repository = repositoryOf(state, { owner, repo });
  const actor = core.actorOf(request.authorization);
  if (repository === undefined || actor === undefined || request.method === 'GET') return;
  const pull = repository.pulls.get(Number(what));
  if (request.path.includes('/labels') && pull !== undefined) {
    pull.labels = Array.isArray(body) ? body : [];
    hooks.later('pull_request', pullEvent(state, repository, pull, actor, request.method === 'DELETE' ? 'unlabeled' : 'labeled'));
  } else if (request.path.endsWith('/comments') && request.method === 'POST') {
    hooks.later('issue_comment', commentEvent(state, repository, Number(what), body as object, actor));
  } else if (number !== undefined && request.method === 'PATCH') {
    const issue = Number(/\d+$/.exec((body as { issue_url: string }).issue_url)?.[0]);
    hooks.later('issue_comment', commentEvent(state, repository, issue, body as object, actor, 'edited'));
  }
}
