import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { Provider } from './routes.ts';

/** Header that each provider takes its key in. */
const keyHeader = {
  google: (key: string) => ({ 'x-goog-api-key': key }),
  anthropic: (key: string) => ({ 'x-api-key': key }),
  openai: (key: string) => ({ authorization: `Bearer ${key}` }),
} as const satisfies Record<Provider, (key: string) => OutgoingHttpHeaders>;

// Credentials, cookies, addresses and everything of the connection stay here; so does the choice of an organisation that would be billed.
const passedOn = /^(?:accept|content-type|user-agent|anthropic-version|anthropic-beta|openai-beta|x-goog-api-client|x-stainless-[a-z-]+)$/;
const passedBack =
  /^(?:content-type|cache-control|retry-after(?:-ms)?|request-id|x-request-id|(?:anthropic|x)-ratelimit-[a-z-]+|x-should-retry)$/;

/** Headers for the provider: the harmless ones of the request, and the key. */
export function forProvider(provider: Provider, key: string | undefined, headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return { ...pick(headers, passedOn), ...(key === undefined ? {} : keyHeader[provider](key)), 'accept-encoding': 'identity' };
}

/** Headers for the program: the harmless ones of the answer that do not hold the key. */
export function forProgram(headers: IncomingHttpHeaders, key: string | undefined): OutgoingHttpHeaders {
  const kept = pick(headers, passedBack);
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => key === undefined || !String(value).includes(key)));
}

/** True when the request carries this pass where its provider's clients put a key. */
export function carriesPass(headers: IncomingHttpHeaders, pass: string): boolean {
  return [headers['x-goog-api-key'], headers['x-api-key'], headers.authorization?.replace(/^Bearer /i, '')].includes(pass);
}

function pick(headers: IncomingHttpHeaders, names: RegExp): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name, value]) => value !== undefined && names.test(name)));
}
