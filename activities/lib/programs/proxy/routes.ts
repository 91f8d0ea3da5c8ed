import type { ModelSettings } from '../../model/provider.ts';

export type Provider = ModelSettings['provider'];

/** A request that may go on: its path below the provider's base address, with query. `ask`: for an answer of the model; `count`: for what one would cost. */
export type Route = { path: string; kind: 'ask' | 'count' | 'read' };

// What a coding program needs of each provider. Everything else that a key opens stays shut: files, batches, tuning, keys, accounts.
const routes: Record<Provider, { prefix: string; asks: RegExp; reads: RegExp }> = {
  // https://ai.google.dev/api
  google: {
    prefix: '/v1beta',
    asks: /^\/models\/[\w.-]+:(?:generateContent|streamGenerateContent|countTokens|embedContent|batchEmbedContents)$/,
    reads: /^\/models(?:\/[\w.-]+)?$/,
  },
  // https://docs.anthropic.com/en/api
  anthropic: { prefix: '/v1', asks: /^\/messages(?:\/count_tokens)?$/, reads: /^\/models(?:\/[\w.:-]+)?$/ },
  // https://platform.openai.com/docs/api-reference
  openai: { prefix: '/v1', asks: /^\/(?:responses(?:\/compact)?|chat\/completions)$/, reads: /^\/models(?:\/[\w.:/-]+)?$/ },
};
// A key may also stand in the query; only these parameters go on.
const parameters = new Set(['alt', 'beta', 'limit', 'after_id', 'before_id', 'pageSize', 'pageToken']);
const localHost = /^(?:127\.0\.0\.1|localhost)(?::\d{1,5})?$/;

/** What the address that a program is given ends with, before the provider's own paths. */
export function prefixOf(provider: Provider): string {
  return routes[provider].prefix;
}

/** Where a request may go on to, or why not. Only plain paths in the provider's list; nothing is decoded or resolved. */
export function routeOf(
  provider: Provider,
  request: { method?: string; url?: string; headers: { host?: string } },
): Route | { refused: string } {
  const { prefix, asks, reads } = routes[provider];
  const [path = '', query = '', ...more] = (request.url ?? '').split('?');
  if (!localHost.test(request.headers.host ?? '')) return { refused: 'requests to other hosts are not passed on' };
  if (more.length > 0 || !path.startsWith(`${prefix}/`)) return { refused: `only paths below ${prefix}/ are passed on` };
  const rest = path.slice(prefix.length);
  const kept = [...new URLSearchParams(query)].filter(([name]) => parameters.has(name));
  const search = kept.length === 0 ? '' : `?${new URLSearchParams(kept).toString()}`;
  if (rest.split('/').includes('..') || rest.includes('//')) return { refused: 'this path is not passed on' };
  if (request.method === 'POST' && asks.test(rest)) return { path: rest + search, kind: /count_?tokens$/i.test(rest) ? 'count' : 'ask' };
  if (request.method === 'GET' && reads.test(rest)) return { path: rest + search, kind: 'read' };
  return { refused: `${request.method} of this path is not passed on` };
}
