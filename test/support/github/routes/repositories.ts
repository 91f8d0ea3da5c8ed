import { associationOf, commitJson, repositoryJson, userJson } from '../json.ts';
import { notFound, paged, type Route, route, textOf, type World } from '../routing.ts';
import { type RepositoryState, repositoryOf } from '../state.ts';

/** Repositories, branches, refs and commits as they are in git, and who may do what. */
export function repositoryRoutes(world: World): Route[] {
  const { state } = world;
  const at = '/repos/{owner}/{repo}';
  const all = () => [...state.repositories.values()];
  const branches = async ({ bare }: RepositoryState, under = 'refs/heads') =>
    (await bare.git(['for-each-ref', '--format=%(refname)%00%(objectname)', under]))
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('\0') as [string, string]);

  return [
    route(`GET ${at}`, ({ params }) => {
      const repository = repositoryOf(state, params);
      return repository === undefined ? notFound : { status: 200, body: repositoryJson(state, repository) };
    }),
    route('GET /user/repos', (asked) =>
      paged(
        state,
        asked,
        all().map((repository) => repositoryJson(state, repository)),
      ),
    ),
    route('GET /installation/repositories', (asked) => {
      if (asked.actor.type !== 'Bot') return { status: 403, body: { message: 'You must authenticate with an installation access token.' } };
      const account = world.core.accountOf(asked.authorization);
      const mine = all().filter(({ owner }) => owner === account);
      return paged(
        state,
        asked,
        mine.map((repository) => repositoryJson(state, repository)),
        (repositories) => ({ total_count: mine.length, repositories }),
      );
    }),
    route(`GET ${at}/branches`, async (asked) => {
      const repository = repositoryOf(state, asked.params);
      if (repository === undefined) return notFound;
      const listed = await branches(repository);
      return paged(
        state,
        asked,
        listed.map(([name, sha]) => ({ name: name.replace('refs/heads/', ''), commit: { sha }, protected: false })),
      );
    }),
    route(`GET ${at}/branches/{branch+}`, async ({ params }) => {
      const repository = repositoryOf(state, params);
      const sha = await repository?.bare.resolve(`refs/heads/${params['branch']}`);
      return sha === undefined ? notFound : { status: 200, body: { name: params['branch'], commit: { sha }, protected: false } };
    }),
    route(`GET ${at}/git/ref/{ref+}`, async ({ params }) => {
      const sha = await repositoryOf(state, params)?.bare.resolve(`refs/${params['ref']}`);
      return sha === undefined ? notFound : { status: 200, body: { ref: `refs/${params['ref']}`, object: { type: 'commit', sha } } };
    }),
    route(`GET ${at}/git/matching-refs/{ref+}`, async (asked) => {
      const repository = repositoryOf(state, asked.params);
      if (repository === undefined) return notFound;
      const listed = (await branches(repository, 'refs')).filter(([name]) => name.startsWith(`refs/${asked.params['ref']}`));
      return paged(
        state,
        asked,
        listed.map(([ref, sha]) => ({ ref, object: { type: 'commit', sha } })),
      );
    }),
    route(`DELETE ${at}/git/refs/{ref+}`, async ({ params }) => {
      const repository = repositoryOf(state, params);
      if ((await repository?.bare.resolve(`refs/${params['ref']}`)) === undefined)
        return { status: 422, body: { message: 'Reference does not exist' } };
      await repository?.bare.git(['update-ref', '-d', `refs/${params['ref']}`]);
      return { status: 204 };
    }),
    route(`GET ${at}/commits/{ref+}`, async ({ params }) => {
      const repository = repositoryOf(state, params);
      const sha = await repository?.bare.resolve(params['ref'] ?? '');
      const [facts] = sha === undefined ? [] : ((await repository?.bare.commitsBetween(undefined, sha)) ?? []);
      return repository === undefined || facts === undefined ? notFound : { status: 200, body: commitJson(state, repository, facts) };
    }),
    route(`GET ${at}/collaborators/{login}/permission`, ({ params }) => {
      const login = textOf(params['login']) ?? '';
      const association = associationOf(state, login);
      const permission = association === 'OWNER' ? 'admin' : ['MEMBER', 'COLLABORATOR'].includes(association) ? 'write' : 'read';
      const user = userJson(state, { login, id: state.users.get(login) ?? 0, type: 'User' });
      return { status: 200, body: { permission, role_name: permission, user } };
    }),
  ];
}
