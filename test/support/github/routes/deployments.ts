import { envelope } from '../events.ts';
import { deploymentJson, deploymentStatusJson } from '../json.ts';
import { type Asked, notFound, paged, type Route, route, textOf, unprocessable, type World } from '../routing.ts';
import { type Deployment, repositoryOf } from '../state.ts';
import { latestStatuses } from './checks.ts';

const words = ['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success'];

/** Deployments and their statuses, with GitHub's refusals: contexts that are not green, words that it does not know. */
export function deploymentRoutes(world: World): Route[] {
  const { state, hooks } = world;
  const at = '/repos/{owner}/{repo}/deployments';
  const found = ({ params }: Asked) => {
    const repository = repositoryOf(state, params);
    const deployment = repository?.deployments.find(({ id }) => id === Number(params['id']));
    return repository === undefined || deployment === undefined ? undefined : { repository, deployment };
  };

  return [
    route(`POST ${at}`, async ({ params, body, actor }) => {
      const repository = repositoryOf(state, params);
      if (repository === undefined) return notFound;
      const ref = textOf(body['ref']) ?? '';
      const sha = (await repository.bare.resolve(ref)) ?? (await repository.bare.resolve(`refs/heads/${ref}`));
      if (sha === undefined) return unprocessable(`No ref found for: ${ref}`);
      const isGreen = latestStatuses(repository, sha).every((status) => status.state === 'success');
      if (body['required_contexts'] === undefined && !isGreen)
        return { status: 409, body: { message: 'Conflict: Commit status checks failed for this ref.' } };
      const environment = textOf(body['environment']) ?? 'production';
      const deployment: Deployment = {
        id: state.nextId(),
        sha,
        ref,
        task: textOf(body['task']) ?? 'deploy',
        environment,
        description: textOf(body['description']) ?? null,
        payload: body['payload'] ?? '',
        production_environment:
          body['production_environment'] === undefined ? environment === 'production' : body['production_environment'] === true,
        transient_environment: body['transient_environment'] === true,
        creator: actor.login,
        statuses: [],
      };
      repository.deployments.push(deployment);
      const told = deploymentJson(state, repository, deployment);
      hooks.later('deployment', { action: 'created', deployment: told, ...envelope(state, repository, actor) });
      return { status: 201, body: told };
    }),
    route(`GET ${at}`, (asked) => {
      const repository = repositoryOf(state, asked.params);
      if (repository === undefined) return notFound;
      const wanted = (['sha', 'ref', 'task', 'environment'] as const).flatMap((key) => {
        const value = asked.query.get(key);
        return value === null ? [] : [[key, value] as const];
      });
      const listed = repository.deployments.filter((one) => wanted.every(([key, value]) => one[key] === value)).toReversed();
      return paged(
        state,
        asked,
        listed.map((one) => deploymentJson(state, repository, one)),
      );
    }),
    route(`GET ${at}/{id}`, (asked) => {
      const it = found(asked);
      return it === undefined ? notFound : { status: 200, body: deploymentJson(state, it.repository, it.deployment) };
    }),
    route(`POST ${at}/{id}/statuses`, (asked) => {
      const it = found(asked);
      if (it === undefined) return notFound;
      const word = textOf(asked.body['state']) ?? '';
      const description = textOf(asked.body['description']) ?? '';
      if (!words.includes(word)) return unprocessable('state is not included in the list');
      if (description.length > 140) return unprocessable('description is too long (maximum is 140 characters)');
      const status = {
        id: state.nextId(),
        state: word,
        description,
        environment: textOf(asked.body['environment']) ?? it.deployment.environment,
        environment_url: textOf(asked.body['environment_url']) ?? '',
        log_url: textOf(asked.body['log_url']) ?? textOf(asked.body['target_url']) ?? '',
        creator: asked.actor.login,
      };
      it.deployment.statuses.push(status);
      if (word === 'success' && asked.body['auto_inactive'] !== false)
        retireOthers(it.repository.deployments, it.deployment, () => state.nextId());
      const told = deploymentStatusJson(state, status);
      const deployment = deploymentJson(state, it.repository, it.deployment);
      hooks.later('deployment_status', {
        action: 'created',
        deployment_status: told,
        deployment,
        ...envelope(state, it.repository, asked.actor),
      });
      return { status: 201, body: told };
    }),
    route(`GET ${at}/{id}/statuses`, (asked) => {
      const it = found(asked);
      if (it === undefined) return notFound;
      return paged(
        state,
        asked,
        it.deployment.statuses.toReversed().map((status) => deploymentStatusJson(state, status)),
      );
    }),
  ];
}

function retireOthers(all: readonly Deployment[], newest: Deployment, nextId: () => number): void {
  for (const one of all) {
    const last = one.statuses.at(-1);
    if (one === newest || one.environment !== newest.environment || one.production_environment !== newest.production_environment) continue;
    if (!one.transient_environment && last?.state === 'success') one.statuses.push({ ...last, id: nextId(), state: 'inactive' });
  }
}
