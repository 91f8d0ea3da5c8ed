import { installationId, tokenIn } from '../emulator.ts';
import type { Delivery } from '../hooks.ts';
import { type Answer, type Asked, notFound, type Route, route, textOf, type World } from '../routing.ts';
import { repositoryOf } from '../state.ts';

/** Deliveries of the App's hook and of the repositories' hooks, newest first, and asking for one again. */
export function hookRoutes(world: World): Route[] {
  const { state, hooks } = world;
  const kind = () => hooks.receiver?.kind ?? 'app';
  const ofApp = (): readonly Delivery[] => (kind() === 'app' ? hooks.deliveries : []);
  const ofRepository = ({ params }: Asked): readonly Delivery[] | undefined => {
    const repository = repositoryOf(state, params);
    if (repository === undefined || !repository.hooks.some(({ id }) => id === Number(params['hook']))) return undefined;
    return kind() === 'app' ? [] : hooks.deliveries.filter((delivery) => delivery.repository === repository.full);
  };
  const at = '/repos/{owner}/{repo}/hooks';
  const deliveries = `${at}/{hook}/deliveries`;

  const again = (id: string | undefined, among: readonly Delivery[] | undefined): Answer => {
    if (among?.some((delivery) => delivery.id === Number(id)) !== true) return notFound;
    void hooks.again(Number(id));
    return { status: 202, body: {} };
  };

  return [
    route(`GET ${at}`, ({ params }) => {
      const repository = repositoryOf(state, params);
      if (repository === undefined) return notFound;
      const told = repository.hooks.map(({ id, url, events }) => ({
        id,
        type: 'Repository',
        name: 'web',
        active: true,
        events,
        config: { url, content_type: 'json', insecure_ssl: '0' },
      }));
      return { status: 200, body: told };
    }),
    route(`POST ${at}`, ({ params, body }) => {
      const repository = repositoryOf(state, params);
      const url = textOf((body['config'] as { url?: unknown } | undefined)?.url);
      if (repository === undefined || url === undefined) return notFound;
      const hook = { id: state.nextId(), url, events: (body['events'] as string[] | undefined) ?? ['push'] };
      repository.hooks.push(hook);
      return { status: 201, body: { id: hook.id, type: 'Repository', name: 'web', active: true, events: hook.events, config: { url } } };
    }),
    route(`GET ${deliveries}`, (asked) => {
      const among = ofRepository(asked);
      return among === undefined ? notFound : listed(world, asked, among);
    }),
    route(`GET ${deliveries}/{id}`, (asked) => told(ofRepository(asked), asked)),
    route(`POST ${deliveries}/{id}/attempts`, (asked) => again(asked.params['id'], ofRepository(asked))),
    route(
      'GET /app/hook/deliveries',
      onlyApp(world, (asked) => listed(world, asked, ofApp())),
    ),
    route(
      'GET /app/hook/deliveries/{id}',
      onlyApp(world, (asked) => told(ofApp(), asked)),
    ),
    route(
      'POST /app/hook/deliveries/{id}/attempts',
      onlyApp(world, ({ params }) => again(params['id'], ofApp())),
    ),
  ];
}

/** These want the App's own token; emulate knows whether it is one. */
function onlyApp(world: World, handle: (asked: Asked) => Answer): Route['handle'] {
  return async (asked) => {
    const authorization = asked.authorization ?? '';
    const answer =
      tokenIn(authorization).split('.').length === 3 ? await fetch(`${world.core.url}/app`, { headers: { authorization } }) : undefined;
    return answer?.ok === true ? handle(asked) : { status: 401, body: { message: 'A JSON web token could not be decoded' } };
  };
}

function told(among: readonly Delivery[] | undefined, { params }: Asked): Answer {
  const found = among?.find(({ id }) => id === Number(params['id']));
  return found === undefined
    ? notFound
    : {
        status: 200,
        body: { ...summary(found), request: { headers: {}, payload: found.payload }, response: { headers: {}, payload: found.response } },
      };
}

function listed({ state }: World, { path, query }: Asked, among: readonly Delivery[]): Answer {
  const size = Math.min(Number(query.get('per_page') ?? 30), 100);
  const before = Number(query.get('cursor') ?? Number.POSITIVE_INFINITY);
  const newest = among.filter(({ id }) => id < before).toSorted((a, b) => b.id - a.id);
  const last = newest[size - 1];
  const more =
    newest.length > size && last !== undefined
      ? { link: `<${state.url}${path}?per_page=${size}&cursor=${last.id}>; rel="next"` }
      : undefined;
  return { status: 200, body: newest.slice(0, size).map(summary), headers: more };
}

function summary({ id, guid, event, action, delivered_at, redelivery, status_code }: Delivery) {
  const status = status_code >= 200 && status_code < 300 ? 'OK' : `Invalid HTTP Response: ${status_code}`;
  return {
    id,
    guid,
    event,
    action,
    delivered_at,
    redelivery,
    status,
    status_code,
    duration: 0.1,
    installation_id: installationId,
    repository_id: 1,
  };
}
