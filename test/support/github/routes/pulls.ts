import { pullEvent } from '../events.ts';
import { commitJson, pullJson } from '../json.ts';
import { type Asked, notFound, paged, type Route, route, textOf, unprocessable, type World } from '../routing.ts';
import { type Pull, type RepositoryState, repositoryOf } from '../state.ts';

/** Heads and bases of open pull requests are what the branches are now. */
export async function freshen(world: World, repository: RepositoryState, pull: Pull): Promise<Pull> {
  if (pull.state === 'closed') return pull;
  const source = world.state.repositories.get(pull.head.full.toLowerCase());
  const head = await source?.bare.resolve(`refs/heads/${pull.head.ref}`);
  const base = await repository.bare.resolve(`refs/heads/${pull.base.ref}`);
  pull.head.sha = head ?? pull.head.sha;
  pull.base.sha = base ?? pull.base.sha;
  const shown = `refs/pull/${pull.number}/head`;
  if ((await repository.bare.resolve(shown)) === pull.head.sha) return pull;
  if (source !== undefined && source !== repository)
    await repository.bare.git(['fetch', '--quiet', '--no-tags', source.bare.path, pull.head.sha]);
  await repository.bare.git(['update-ref', shown, pull.head.sha]);
  return pull;
}

/** Opens a pull request; emulate gets one too, which gives the number and takes the comments and labels. */
export async function openPull(world: World, repository: RepositoryState, asked: Pick<Asked, 'body' | 'actor'>) {
  const { title, head = '', base = 'main', body, draft } = asked.body as Record<string, string | undefined>;
  const [owner, ref = ''] = head.includes(':') ? head.split(':') : [repository.owner, head];
  const source = [...world.state.repositories.values()].find(
    (one) => one.owner === owner && (one === repository || one.parent === repository.full),
  );
  const [headSha, baseSha] = [await source?.bare.resolve(`refs/heads/${ref}`), await repository.bare.resolve(`refs/heads/${base}`)];
  if (title === undefined || source === undefined || headSha === undefined || baseSha === undefined)
    return unprocessable('head or base is invalid');
  if (headSha === baseSha) return unprocessable(`No commits between ${base} and ${ref}`);
  const isTaken = () =>
    [...repository.pulls.values()].some(
      (one) => one.state === 'open' && one.head.ref === ref && one.head.full === source.full && one.base.ref === base,
    );
  const taken = unprocessable(`A pull request already exists for ${owner}:${ref}.`);
  if (isTaken()) return taken;

  const mirrored = await world.core.ask('POST', `/repos/${repository.full}/issues`, 'mainstay-machine', { title, body });
  const { number } = mirrored.body as { number: number };
  // Two requests at the same time: only one of them wins.
  if (isTaken()) return taken;
  const pull: Pull = {
    number,
    title,
    body: body ?? null,
    state: 'open',
    draft: Boolean(draft),
    merged: false,
    mergeCommit: null,
    author: asked.actor,
    head: { full: source.full, ref, sha: headSha },
    base: { ref: base, sha: baseSha },
    labels: [],
    createdAt: new Date().toISOString(),
  };
  repository.pulls.set(number, pull);
  await freshen(world, repository, pull);
  return pull;
}

export async function mergePull(world: World, repository: RepositoryState, pull: Pull, message = `Merge pull request #${pull.number}`) {
  await freshen(world, repository, pull);
  const merged = await repository.bare.merge(pull.base.sha, pull.head.sha, message);
  if (merged === undefined) return undefined;
  await repository.bare.git(['update-ref', `refs/heads/${pull.base.ref}`, merged, pull.base.sha]);
  repository.pushedAt = new Date().toISOString();
  Object.assign(pull, { state: 'closed', merged: true, mergeCommit: merged });
  return merged;
}

/** Pull requests: their commits and files are read from git. */
export function pullRoutes(world: World): Route[] {
  const { state, hooks } = world;
  const at = '/repos/{owner}/{repo}/pulls';
  const found = async ({ params }: Asked) => {
    const repository = repositoryOf(state, params);
    const pull = repository?.pulls.get(Number(params['number']));
    return repository === undefined || pull === undefined ? undefined : { repository, pull: await freshen(world, repository, pull) };
  };

  return [
    route(`GET ${at}`, async (asked) => {
      const repository = repositoryOf(state, asked.params);
      if (repository === undefined) return notFound;
      const wanted = asked.query.get('state') ?? 'open';
      const head = asked.query.get('head');
      const base = asked.query.get('base');
      const pulls: unknown[] = [];
      for (const pull of [...repository.pulls.values()].sort((a, b) => b.number - a.number)) {
        const label = `${pull.head.full.split('/')[0]}:${pull.head.ref}`;
        if ((wanted !== 'all' && pull.state !== wanted) || (head !== null && head !== label) || (base !== null && base !== pull.base.ref))
          continue;
        pulls.push(pullJson(state, repository, await freshen(world, repository, pull)));
      }
      return paged(state, asked, pulls);
    }),
    route(`POST ${at}`, async (asked) => {
      const repository = repositoryOf(state, asked.params);
      if (repository === undefined) return notFound;
      const made = await openPull(world, repository, asked);
      if ('status' in made) return made;
      hooks.later('pull_request', pullEvent(state, repository, made, asked.actor, 'opened'));
      return { status: 201, body: pullJson(state, repository, made) };
    }),
    route(`GET ${at}/{number}`, async (asked) => {
      const it = await found(asked);
      if (it === undefined) return notFound;
      const files = await it.repository.bare.filesBetween(it.pull.base.sha, it.pull.head.sha);
      const sum = (key: 'additions' | 'deletions') => files.reduce((total, file) => total + file[key], 0);
      const commits = await it.repository.bare.commitsBetween(it.pull.base.sha, it.pull.head.sha);
      const counts = { changed_files: files.length, additions: sum('additions'), deletions: sum('deletions'), commits: commits.length };
      return { status: 200, body: { ...pullJson(state, it.repository, it.pull), ...counts } };
    }),
    route(`PATCH ${at}/{number}`, async (asked) => {
      const it = await found(asked);
      if (it === undefined) return notFound;
      const before = it.pull.state;
      const next = asked.body['state'] === 'closed' || asked.body['state'] === 'open' ? asked.body['state'] : before;
      Object.assign(it.pull, {
        state: next,
        title: textOf(asked.body['title']) ?? it.pull.title,
        body: textOf(asked.body['body']) ?? it.pull.body,
      });
      const action = next === before ? 'edited' : next === 'closed' ? 'closed' : 'reopened';
      hooks.later('pull_request', pullEvent(state, it.repository, it.pull, asked.actor, action));
      return { status: 200, body: pullJson(state, it.repository, it.pull) };
    }),
    route(`PUT ${at}/{number}/merge`, async (asked) => {
      const it = await found(asked);
      if (it === undefined) return notFound;
      const sha = textOf(asked.body['sha']);
      if (it.pull.state === 'closed' || it.pull.draft) return { status: 405, body: { message: 'Pull Request is not mergeable' } };
      if (sha !== undefined && sha !== it.pull.head.sha)
        return { status: 409, body: { message: 'Head branch was modified. Review and try the merge again.' } };
      const merged = await mergePull(world, it.repository, it.pull, textOf(asked.body['commit_title']));
      if (merged === undefined) return { status: 405, body: { message: 'Pull Request is not mergeable' } };
      hooks.later('pull_request', pullEvent(state, it.repository, it.pull, asked.actor, 'closed'));
      return { status: 200, body: { sha: merged, merged: true, message: 'Pull Request successfully merged' } };
    }),
    route(`GET ${at}/{number}/merge`, async (asked) => ((await found(asked))?.pull.merged ? { status: 204 } : notFound)),
    route(`GET ${at}/{number}/commits`, async (asked) => {
      const it = await found(asked);
      if (it === undefined) return notFound;
      const commits = await it.repository.bare.commitsBetween(it.pull.base.sha, it.pull.head.sha);
      // GitHub lists no more than this. https://docs.github.com/en/rest/pulls/pulls#list-commits-on-a-pull-request
      return paged(
        state,
        asked,
        commits.slice(0, 250).map((commit) => commitJson(state, it.repository, commit)),
      );
    }),
    route(`GET ${at}/{number}/files`, async (asked) => {
      const it = await found(asked);
      if (it === undefined) return notFound;
      const files = await it.repository.bare.filesBetween(it.pull.base.sha, it.pull.head.sha);
      return paged(
        state,
        asked,
        files.map(({ previous, ...file }) => ({ ...file, previous_filename: previous, changes: file.additions + file.deletions })),
      );
    }),
  ];
}
