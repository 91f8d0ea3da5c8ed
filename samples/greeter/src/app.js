import { createServer } from 'node:http';
import { greet } from './greeting.js';

/** The service: `GET /greet?name=…&language=…` greets, `GET /health` says that it is well. */
export function createApp() {
  return createServer((request, response) => {
    const url = new URL(request.url, 'http://localhost');
    const { status, body } = answer(request.method, url);
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(`${JSON.stringify(body)}\n`);
  });
}

function answer(method, { pathname, searchParams }) {
  if (method !== 'GET') return { status: 405, body: { error: 'only GET is served' } };
  if (pathname === '/health') return { status: 200, body: { status: 'well' } };
  if (pathname !== '/' && pathname !== '/greet') return { status: 404, body: { error: 'try /greet?name=you' } };
  try {
    return { status: 200, body: { greeting: greet(searchParams.get('name') ?? undefined, searchParams.get('language') ?? undefined) } };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { status: 400, body: { error: error.message } };
  }
}
