import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { answer, answerProblem, type FieldProblem, HttpProblem, namesTag, readJson, tagOf } from './http.mts';
import type { Kept, Store } from './store.mts';

export type Operation = 'list' | 'create' | 'read' | 'update' | 'delete';

/** One kind of thing that the service keeps, and what may be done with it. */
export type Resource<T extends object> = {
  path: string;
  store: Store<T>;
  read(input: unknown): { value: T } | { problems: FieldProblem[] };
  readFilters(query: URLSearchParams): { filters: Partial<T> } | { problems: FieldProblem[] };
  operations: readonly Operation[];
};

type Exchange = { request: IncomingMessage; response: ServerResponse; url: URL };
type Handler = (exchange: Exchange, id: string) => void | Promise<void>;
/** Handlers by method, at a path with or without an id. */
type Route = { path: string; withId: boolean; handlers: Record<string, Handler> };

/** A server that answers for the resources, and for documents that never change under their paths. */
export function serve(resources: readonly Route[][], documents: Record<string, object> = {}): Server {
  const fixed = Object.entries(documents).map(([path, body]): Route => {
    return { path, withId: false, handlers: { GET: ({ response }) => answer(response, 200, body) } };
  });
  const routes = [...resources.flat(), ...fixed];
  return createServer((request, response) => {
    respond(routes, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else answerProblem(response, error);
    });
  });
}

async function respond(routes: readonly Route[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const target = request.url ?? '/';
  const url = URL.parse(target, 'http://service');
  if (!target.startsWith('/') || url === null) throw new HttpProblem(404, 'there is nothing at this path');
  const found = routes.map((route) => ({ route, id: idAt(route, url.pathname) })).find(({ id }) => id !== undefined);
  if (found === undefined) throw new HttpProblem(404, `there is nothing at ${url.pathname}`);
  const { handlers } = found.route;
  const methods = Object.keys(handlers).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  const allow = [...methods, 'OPTIONS'].join(', ');
  const method = request.method ?? '';
  if (method === 'OPTIONS') return answer(response, 204, undefined, { allow });
  const handler = methods.includes(method) ? handlers[method === 'HEAD' ? 'GET' : method] : undefined;
  if (handler === undefined) throw new HttpProblem(405, `${method} is not offered at this path`, { headers: { allow } });
  await handler({ request, response, url }, found.id ?? '');
}

/** The id in a path, empty where the route has none; undefined when the path is another's. */
function idAt({ path, withId }: Route, pathname: string): string | undefined {
  if (!withId) return pathname === path ? '' : undefined;
  const id = pathname.startsWith(`${path}/`) ? pathname.slice(path.length + 1) : '';
  return id === '' || id.includes('/') ? undefined : id;
}

/** The routes of a resource: those of its operations alone. */
export function routesOf<T extends object>({ path, store, read, readFilters, operations }: Resource<T>): Route[] {
  const existing = (id: string): Kept<T> => {
    const value = store.read(id);
    if (value === undefined) throw new HttpProblem(404, `there is nothing with this id at ${path}`);
    return value;
  };
  const body = async (request: IncomingMessage): Promise<T> => {
    const reading = read(await readJson(request));
    if ('problems' in reading) throw new HttpProblem(422, 'some fields are wrong', reading);
    return reading.value;
  };
  const collection: Record<Extract<Operation, 'list' | 'create'>, [method: string, handler: Handler]> = {
    list: [
      'GET',
      ({ response, url }) => {
        const { limit, offset } = readPage(url.searchParams);
        const reading = readFilters(url.searchParams);
        if ('problems' in reading) throw new HttpProblem(400, 'some parameters are wrong', reading);
        answer(response, 200, { ...store.list({ where: reading.filters, limit, offset }), limit, offset });
      },
    ],
    create: [
      'POST',
      async ({ request, response }) => {
        const value = store.create(await body(request));
        answer(response, 201, value, { location: `${path}/${value.id}`, etag: tagOf(value) });
      },
    ],
  };
  const item: Record<Exclude<Operation, 'list' | 'create'>, [method: string, handler: Handler]> = {
    read: [
      'GET',
      ({ request, response }, id) => {
        const value = existing(id);
        const etag = tagOf(value);
        const fresh = namesTag(request.headers['if-none-match'] ?? '', etag);
        answer(response, fresh ? 304 : 200, fresh ? undefined : value, { etag });
      },
    ],
    update: [
      'PUT',
      async ({ request, response }, id) => {
        existing(id);
        const value = await body(request);
        // Only now, since others may have changed it while the body came.
        checkUnchanged(request, existing(id));
        const kept = store.replace(id, value);
        answer(response, 200, kept, { etag: tagOf(kept) });
      },
    ],
    delete: [
      'DELETE',
      ({ request, response }, id) => {
        checkUnchanged(request, existing(id));
        store.remove(id);
        answer(response, 204);
      },
    ],
  };
  const offered = (table: Record<string, [string, Handler]>): Record<string, Handler> =>
    Object.fromEntries(
      Object.entries(table)
        .filter(([name]) => operations.some((operation) => operation === name))
        .map(([, entry]) => entry),
    );
  const routes = [
    { path, withId: false, handlers: offered(collection) },
    { path, withId: true, handlers: offered(item) },
  ];
  return routes.filter(({ handlers }) => Object.keys(handlers).length > 0);
}

function checkUnchanged(request: IncomingMessage, value: unknown): void {
  const wanted = request.headers['if-match'];
  if (wanted !== undefined && !namesTag(wanted, tagOf(value))) throw new HttpProblem(412, 'it was changed in between: read it again');
}

function readPage(query: URLSearchParams): { limit: number; offset: number } {
  const problems: FieldProblem[] = [];
  const whole = (field: string, standard: number, least: number, most: number): number => {
    const values = query.getAll(field);
    const number = values.length === 0 ? standard : Number(values[0]);
    const right = values.length < 2 && (values.length === 0 || /^\d+$/.test(values[0] ?? '')) && number >= least && number <= most;
    if (!right) problems.push({ field, problem: `must be a whole number from ${least} to ${most}` });
    return number;
  };
  const page = { limit: whole('limit', 20, 1, 100), offset: whole('offset', 0, 0, 1_000_000_000) };
  if (problems.length > 0) throw new HttpProblem(400, 'some parameters are wrong', { problems });
  return page;
}
