import { type IncomingHttpHeaders, type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { hasNoCredit, isBusy } from '../../model/modelFailure.ts';
import { parkForMs, retryAfterMs } from '../../model/retryAfter.ts';
import { forProvider } from './headers.ts';
import type { Provider } from './routes.ts';

/** The one host that a program may reach. `url` holds the version, as in `https://api.anthropic.com/v1`. */
export type Upstream = { provider: Provider; url: string; key?: string };

export type Asked = { method: 'GET' | 'POST'; path: string; headers: IncomingHttpHeaders; body?: Buffer; signal: AbortSignal };

/** What to hold against a provider's answer. `parkForMs`: it is busy, and can be asked again after so many milliseconds. */
export type Trouble = { status: number; retryAfterMs?: number; parkForMs?: number; noCredit?: boolean };

/** A good or bad answer of the provider; no message when none came. */
export type Answer = { message?: IncomingMessage; trouble?: Trouble };

/** Longest silence of a provider, ms: large models think for minutes before their first word. */
const silenceMs = 600_000;

/** Sends a request to the provider with its key. A redirect is not followed and not told, as it would lead elsewhere. */
export async function askUpstream(upstream: Upstream, { method, path, headers, body, signal }: Asked): Promise<Answer> {
  const url = new URL(upstream.url.replace(/\/+$/, '') + path);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const message = await new Promise<IncomingMessage | undefined>((resolve) => {
    const outgoing = send(url, {
      method,
      signal,
      timeout: silenceMs,
      headers: { ...forProvider(upstream.provider, upstream.key, headers), ...(body ? { 'content-length': body.length } : {}) },
    });
    outgoing.once('response', resolve);
    outgoing.once('timeout', () => outgoing.destroy());
    // After an answer has begun, its own stream tells of errors.
    outgoing.on('error', () => resolve(undefined));
    outgoing.end(body);
  });
  if (message === undefined) return { trouble: { status: 502 } };
  const status = message.statusCode ?? 502;
  if (status >= 300 && status < 400) {
    message.destroy();
    return { trouble: { status: 502 } };
  }
  if (status < 300) return { message };
  return { message, trouble: troubleOf(message) };
}

/** What a bad answer comes to; `body` is the beginning of its text, once that is there. */
export function troubleOf({ statusCode: status = 502, headers }: IncomingMessage, body = ''): Trouble {
  const plain = plainHeaders(headers);
  const noCredit = status === 429 && hasNoCredit(body);
  const park = isBusy(status) && !noCredit ? { parkForMs: parkForMs(plain, body) } : {};
  return { status, retryAfterMs: retryAfterMs(plain, body), ...park, ...(noCredit && { noCredit }) };
}

function plainHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
}
