import type { EmulatedCore } from './emulator.ts';
import type { Hooks } from './hooks.ts';
import type { Actor, State } from './state.ts';

export type Answer = { status: number; body?: unknown; headers?: Readonly<Record<string, string>> };
export type Asked = {
  method: string;
  path: string;
  query: URLSearchParams;
  params: Readonly<Record<string, string>>;
  /** Parsed JSON, `{}` when there is none. */
  body: Record<string, unknown>;
  authorization: string | undefined;
  actor: Actor;
};
export type World = { state: State; core: EmulatedCore; hooks: Hooks };
export type Route = { method: string; pattern: RegExp; handle: (asked: Asked) => Promise<Answer> | Answer };

/** A route by `GET /repos/{owner}/{repo}/…`; `{name+}` takes the rest with its slashes. */
export function route(line: string, handle: Route['handle']): Route {
  const [method = '', path = ''] = line.split(' ');
  const source = path.replaceAll(/\{(\w+)(\+?)\}/g, (_, name: string, rest: string) => `(?<${name}>${rest ? '.+' : '[^/]+'})`);
  return { method, pattern: new RegExp(`^${source}$`), handle };
}

export const notFound: Answer = { status: 404, body: { message: 'Not Found', documentation_url: 'https://docs.github.com/rest' } };

export function unprocessable(message: string): Answer {
  return { status: 422, body: { message: 'Validation Failed', errors: [{ message }], documentation_url: 'https://docs.github.com/rest' } };
}

/** One page of a list, with GitHub's `Link` header. */
export function paged(
  state: State,
  { path, query }: Pick<Asked, 'path' | 'query'>,
  items: readonly unknown[],
  wrap = (page: unknown[]): unknown => page,
): Answer {
  const size = Math.min(Number(query.get('per_page') ?? 30), 100);
  const page = Number(query.get('page') ?? 1);
  const link = (to: number, rel: string) => {
    const next = new URLSearchParams(query);
    next.set('page', String(to));
    return `<${state.url}${path}?${next.toString()}>; rel="${rel}"`;
  };
  const links = [...(page * size < items.length ? [link(page + 1, 'next')] : []), ...(page > 1 ? [link(page - 1, 'prev')] : [])];
  return {
    status: 200,
    body: wrap(items.slice((page - 1) * size, page * size)),
    headers: links.length === 0 ? {} : { link: links.join(', ') },
  };
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
