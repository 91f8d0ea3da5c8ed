import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What is wrong with one field of a body, or one parameter of a query. */
export type FieldProblem = { field: string; problem: string };

/** An error that the client is told as problem details (RFC 9457). */
export class HttpProblem extends Error {
  readonly status: number;
  readonly problems: FieldProblem[] | undefined;
  readonly headers: Record<string, string>;

  constructor(status: number, detail: string, more: { problems?: FieldProblem[]; headers?: Record<string, string> } = {}) {
    super(detail);
    this.status = status;
    this.problems = more.problems;
    this.headers = more.headers ?? {};
  }
}

const titles: Record<number, string> = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  500: 'Internal Server Error',
};

const mostBytes = 100 * 1024;
/** A larger body is read to its end before it is refused, since a client that still sends would miss the answer. */
const mostDrained = 10 * 1024 * 1024;

/** Reads a JSON body of at most 100 KiB; fails with 415, 413 or 400. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/(?:[\w.-]+\+)?json(?:\s*;|$)/i.test(type)) throw new HttpProblem(415, 'send the body as application/json');
  const tooLarge = new HttpProblem(413, `a body has at most ${mostBytes} bytes`, { headers: { connection: 'close' } });
  if (Number(request.headers['content-length'] ?? 0) > mostDrained) throw tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > mostDrained) throw tooLarge;
    if (size <= mostBytes) chunks.push(bytes);
  }
  if (size > mostBytes) throw tooLarge;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
  } catch {
    throw new HttpProblem(400, 'the body is not JSON in UTF-8');
  }
}

/** The strong entity tag of a value (RFC 9110, 8.8.3). */
export function tagOf(value: unknown): string {
  return `"${createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 27)}"`;
}

/** Whether a list of entity tags, or `*`, names this one. */
export function namesTag(header: string, tag: string): boolean {
  return header.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === tag);
}

/** Answers JSON, or nothing when there is no body. */
export function answer(response: ServerResponse, status: number, body?: unknown, headers: Record<string, string> = {}): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  const about: Record<string, string> =
    body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) };
  response.writeHead(status, { 'x-content-type-options': 'nosniff', ...about, ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : text);
}

/** Answers an error; what was not foreseen is a 500 that tells nothing of the inside. */
export function answerProblem(response: ServerResponse, error: unknown): void {
  const known = error instanceof HttpProblem ? error : new HttpProblem(500, 'the service failed; try again later');
  if (known !== error) console.error(error);
  const { status, message: detail, problems, headers } = known;
  const body = { type: 'about:blank', title: titles[status] ?? 'Error', status, detail, ...(problems && { problems }) };
  answer(response, status, body, { 'content-type': 'application/problem+json', ...headers });
}
