import { checkRunEvent, envelope } from '../events.ts';
import { accountJson, checkRunJson } from '../json.ts';
import { type Asked, notFound, paged, type Route, route, textOf, unprocessable, type World } from '../routing.ts';
import { type CheckRun, type RepositoryState, repositoryOf, type State } from '../state.ts';

const mostAnnotations = 50;
const onlyApps = { status: 403, body: { message: 'You must authenticate via a GitHub App.' } };

/** Check runs (written by Apps alone; annotations are added to, 50 at a time) and commit statuses. */
export function checkRoutes(world: World): Route[] {
  const { state, hooks } = world;
  const at = '/repos/{owner}/{repo}';
  const runOf = ({ params }: Asked) => {
    const repository = repositoryOf(state, params);
    const run = repository?.checkRuns.find(({ id }) => id === Number(params['id']));
    return repository === undefined || run === undefined ? undefined : { repository, run };
  };

  return [
    route(`POST ${at}/check-runs`, async ({ params, body, actor }) => {
      const repository = repositoryOf(state, params);
      if (repository === undefined) return notFound;
      if (actor.type !== 'Bot') return onlyApps;
      const sha = textOf(body['head_sha']);
      if (sha === undefined || (await repository.bare.resolve(sha)) === undefined) return unprocessable(`No commit found for SHA: ${sha}`);
      const run: CheckRun = { ...blankRun(state.nextId(), sha), name: String(body['name']) };
      const wrong = change(run, body);
      if (wrong !== undefined) return unprocessable(wrong);
      repository.checkRuns.push(run);
      hooks.later('check_run', checkRunEvent(state, repository, run, actor, run.status === 'completed' ? 'completed' : 'created'));
      return { status: 201, body: checkRunJson(state, repository, run) };
    }),
    route(`PATCH ${at}/check-runs/{id}`, (asked) => {
      const it = runOf(asked);
      if (it === undefined) return notFound;
      if (asked.actor.type !== 'Bot') return onlyApps;
      const before = it.run.status;
      const wrong = change(it.run, asked.body);
      if (wrong !== undefined) return unprocessable(wrong);
      if (before !== 'completed' && it.run.status === 'completed')
        hooks.later('check_run', checkRunEvent(state, it.repository, it.run, asked.actor, 'completed'));
      return { status: 200, body: checkRunJson(state, it.repository, it.run) };
    }),
    route(`GET ${at}/check-runs/{id}`, (asked) => {
      const it = runOf(asked);
      return it === undefined ? notFound : { status: 200, body: checkRunJson(state, it.repository, it.run) };
    }),
    route(`GET ${at}/check-runs/{id}/annotations`, (asked) => {
      const it = runOf(asked);
      return it === undefined ? notFound : paged(state, asked, it.run.annotations);
    }),
    route(`GET ${at}/commits/{ref+}/check-runs`, async (asked) => {
      const repository = repositoryOf(state, asked.params);
      const sha = await shaOf(repository, asked.params['ref']);
      if (repository === undefined || sha === undefined) return notFound;
      const name = asked.query.get('check_name');
      const runs = repository.checkRuns.filter((run) => run.head_sha === sha && (name === null || run.name === name));
      const latest = asked.query.get('filter') === 'all' ? runs : [...new Map(runs.map((run) => [run.name, run])).values()];
      const told = latest.toReversed().map((run) => checkRunJson(state, repository, run));
      return paged(state, asked, told, (page) => ({ total_count: told.length, check_runs: page }));
    }),
    route(`POST ${at}/statuses/{sha}`, async ({ params, body, actor }) => {
      const repository = repositoryOf(state, params);
      const sha = await repository?.bare.resolve(params['sha'] ?? '');
      if (repository === undefined || sha === undefined) return unprocessable(`No commit found for SHA: ${params['sha']}`);
      const word = textOf(body['state']) ?? '';
      const description = textOf(body['description']) ?? null;
      if (!['error', 'failure', 'pending', 'success'].includes(word)) return unprocessable('state is not included in the list');
      if ((description?.length ?? 0) > 140) return unprocessable('description is too long (maximum is 140 characters)');
      const context = textOf(body['context']) ?? 'default';
      const status = {
        id: state.nextId(),
        sha,
        state: word,
        context,
        description,
        target_url: textOf(body['target_url']) ?? null,
        creator: actor.login,
      };
      repository.statuses.push(status);
      hooks.later('status', { ...status, ...envelope(state, repository, actor) });
      return { status: 201, body: { ...status, creator: accountJson(state, actor.login) } };
    }),
    route(`GET ${at}/commits/{ref+}/statuses`, (asked) => listStatuses(state, asked)),
    route(`GET ${at}/commits/{ref+}/status`, async (asked) => {
      const repository = repositoryOf(state, asked.params);
      const sha = await shaOf(repository, asked.params['ref']);
      if (repository === undefined || sha === undefined) return notFound;
      const statuses = latestStatuses(repository, sha);
      return { status: 200, body: { sha, state: combined(statuses), statuses, total_count: statuses.length } };
    }),
  ];
}

async function listStatuses(state: State, asked: Asked) {
  const repository = repositoryOf(state, asked.params);
  const sha = await shaOf(repository, asked.params['ref']);
  if (repository === undefined || sha === undefined) return notFound;
  return paged(state, asked, repository.statuses.filter((status) => status.sha === sha).toReversed());
}

export function latestStatuses(repository: RepositoryState, sha: string) {
  return [...new Map(repository.statuses.filter((status) => status.sha === sha).map((status) => [status.context, status])).values()];
}

function combined(statuses: readonly { state: string }[]): string {
  if (statuses.some(({ state }) => state === 'failure' || state === 'error')) return 'failure';
  return statuses.length > 0 && statuses.every(({ state }) => state === 'success') ? 'success' : 'pending';
}

async function shaOf(repository: RepositoryState | undefined, ref = ''): Promise<string | undefined> {
  return (await repository?.bare.resolve(ref)) ?? (await repository?.bare.resolve(`refs/heads/${ref}`));
}

function blankRun(id: number, sha: string): CheckRun {
  const output = { title: null, summary: null, text: null, annotations_count: 0 };
  return {
    id,
    name: '',
    head_sha: sha,
    external_id: '',
    status: 'queued',
    conclusion: null,
    details_url: null,
    started_at: null,
    completed_at: null,
    output,
    annotations: [],
    actions: [],
  };
}

/** What is wrong with the change, or undefined when it was made. */
function change(run: CheckRun, body: Readonly<Record<string, unknown>>): string | undefined {
  const output = (body['output'] ?? {}) as { title?: string; summary?: string; text?: string; annotations?: Record<string, unknown>[] };
  const added = output.annotations ?? [];
  if (added.length > mostAnnotations) return `Only ${mostAnnotations} annotations are allowed per request`;
  if (body['output'] !== undefined && (output.title === undefined || output.summary === undefined)) return 'output needs title and summary';
  if ((output.summary?.length ?? 0) > 65_535 || (output.text?.length ?? 0) > 65_535)
    return 'output is too long (maximum is 65535 characters)';
  const conclusion = textOf(body['conclusion']);
  const status = conclusion === undefined ? (textOf(body['status']) ?? run.status) : 'completed';
  if (status === 'completed' && (conclusion ?? run.conclusion) === null) return 'conclusion is required when status is completed';
  for (const key of ['name', 'external_id', 'details_url', 'started_at', 'completed_at'] as const) {
    const value = textOf(body[key]);
    if (value !== undefined) run[key] = value;
  }
  run.status = status;
  run.conclusion = status === 'completed' ? (conclusion ?? run.conclusion) : null;
  if (status === 'completed') run.completed_at ??= new Date().toISOString();
  run.annotations.push(...added);
  if (Array.isArray(body['actions'])) run.actions = body['actions'];
  const { title = run.output.title, summary = run.output.summary, text = run.output.text } = output;
  run.output = { title, summary, text, annotations_count: run.annotations.length };
  return undefined;
}
