import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBare } from './bare.ts';
import { appId, type EmulatedCore, startCore } from './emulator.ts';
import { createFaults, type Matcher, matches, type Misbehaviour } from './faults.ts';
import { createFront, type LoggedRequest } from './front.ts';
import { createHooks, type Delivery, type DeliveryOptions, type Receiver } from './hooks.ts';
import { type TestGitHubRepository, testRepository } from './repository.ts';
import { checkRoutes } from './routes/checks.ts';
import { deploymentRoutes } from './routes/deployments.ts';
import { hookRoutes } from './routes/hooks.ts';
import { pullRoutes } from './routes/pulls.ts';
import { repositoryRoutes } from './routes/repositories.ts';
import { reviewRoutes } from './routes/reviews.ts';
import type { World } from './routing.ts';
import type { RepositoryState, State } from './state.ts';

export type GitHubOptions = {
  /** `owner/name`, or a fork as `{ name, parent }`; default `acme/shop`. Each has one commit on main. */
  repositories?: readonly (string | { name: string; parent: string })[];
  users?: readonly string[];
  /** How people stand to the repositories; default ada OWNER, grace MEMBER, linus COLLABORATOR, everybody else NONE. */
  associations?: Readonly<Record<string, string>>;
};

type Auth = 'app' | 'token';

/** An emulated GitHub for one test file: API, git repositories, webhooks. */
export type GitHubServer = {
  url: string;
  /** Template for `MAINSTAY_GITHUB_CLONE_URL`. */
  cloneUrl: string;
  /** Token of the account `mainstay-machine`. */
  token: string;
  app: { appId: string; privateKey: string };
  /** As `config/services.ts` would read them. Only the App may write check runs. */
  settings(auth?: Auth): {
    api: string;
    cloneUrl: string;
    auth: { kind: 'app'; appId: string; privateKey: string } | { kind: 'token'; token: string };
    throttle: boolean;
  };
  /** The same as environment variables. */
  environment(auth?: Auth): Record<string, string>;
  repository(name?: string): TestGitHubRepository;
  requests(matcher?: Matcher): LoggedRequest[];
  misbehave(misbehaviour: Misbehaviour): { readonly met: number; stop(): void };
  webhooksTo(receiver: Receiver | undefined): void;
  deliver(event: string, payload: object, options?: DeliveryOptions): Promise<Delivery | undefined>;
  redeliver(id: number): Promise<Delivery | undefined>;
  deliveries(event?: string): Delivery[];
  /** Settles when no delivery is under way. */
  idle(): Promise<void>;
  /** Makes a token worthless, as a revoked one is. */
  revoke(token: string): void;
  close(): Promise<void>;
};

export async function startGitHub(options: GitHubOptions = {}): Promise<GitHubServer> {
  const root = await mkdtemp(join(tmpdir(), 'mainstay-github-'));
  const wanted = (options.repositories ?? ['acme/shop']).map((one) => (typeof one === 'string' ? { name: one, parent: undefined } : one));
  const users = [...new Set(options.users ?? ['ada', 'grace', 'linus', 'mallory'])];
  const owners = [...new Set(wanted.map(({ name }) => name.split('/')[0] ?? ''))];
  const orgs = owners.filter((owner) => !users.includes(owner));

  let ids = 100;
  const nextId = () => ++ids;
  const log: LoggedRequest[] = [];
  const faults = createFaults();
  const hooks = createHooks(nextId);
  const server = createFront(() => ({ world, routes, faults, log }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const seeds = wanted.map(({ name }) => ({ owner: name.split('/')[0] ?? '', name: name.split('/')[1] ?? '', private: false }));
  const core = await startCore({ baseUrl: url, users, orgs, repositories: seeds, installed: orgs });
  const state: State = {
    url,
    root,
    repositories: new Map(),
    users: new Map([...users, ...orgs, 'mainstay-machine'].map((login, index) => [login, 1000 + index])),
    associations: options.associations ?? { ada: 'OWNER', grace: 'MEMBER', linus: 'COLLABORATOR' },
    nextId,
  };
  for (const { name, parent } of wanted) state.repositories.set(name.toLowerCase(), await makeRepository(root, nextId(), name, parent));
  const world: World = { state, core, hooks };
  const routes = [pullRoutes, reviewRoutes, checkRoutes, deploymentRoutes, hookRoutes, repositoryRoutes].flatMap((make) => make(world));

  const cloneUrl = `file://${root}/{owner}/{repo}.git`;
  return {
    ...identity({ url, cloneUrl, core }),
    repository(name = wanted[0]?.name ?? '') {
      const found = state.repositories.get(name.toLowerCase());
      if (found === undefined) throw new Error(`${name} was not started`);
      return testRepository(world, found);
    },
    requests: (matcher = {}) => log.filter((request) => matches(matcher, request)),
    misbehave: (misbehaviour) => faults.add(misbehaviour),
    webhooksTo(receiver) {
      hooks.to(receiver);
      for (const { hooks: own } of state.repositories.values()) {
        own.length = 0;
        if (receiver?.kind === 'repository') own.push({ id: nextId(), url: receiver.url, events: ['*'] });
      }
    },
    deliver: (event, payload, how) => hooks.send(event, payload, how),
    redeliver: (id) => hooks.again(id),
    deliveries: (event) => hooks.deliveries.filter((delivery) => event === undefined || delivery.event === event),
    idle: () => hooks.idle(),
    revoke: (token) => core.forget(token),
    async close() {
      hooks.to(undefined);
      await hooks.idle();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await core.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

function identity({ url, cloneUrl, core }: { url: string; cloneUrl: string; core: EmulatedCore }) {
  const token = core.tokenOf('mainstay-machine');
  const app = { appId: String(appId), privateKey: core.privateKey };
  const shared = { MAINSTAY_GITHUB_API: url, MAINSTAY_GITHUB_CLONE_URL: cloneUrl };
  return {
    url,
    cloneUrl,
    token,
    app,
    settings: (kind: Auth = 'app') => ({ api: url, cloneUrl, throttle: false, auth: kind === 'app' ? { kind, ...app } : { kind, token } }),
    environment: (kind: Auth = 'app'): Record<string, string> => {
      const credentials = { MAINSTAY_GITHUB_APP_ID: app.appId, MAINSTAY_GITHUB_PRIVATE_KEY: app.privateKey };
      return { ...shared, ...(kind === 'app' ? credentials : { MAINSTAY_GITHUB_TOKEN: token }) };
    },
  };
}

async function makeRepository(root: string, id: number, full: string, parent: string | undefined): Promise<RepositoryState> {
  const [owner = '', repo = ''] = full.split('/');
  const bare = await openBare(join(root, owner, `${repo}.git`));
  if (parent === undefined) await bare.commit({ branch: 'main', files: { 'README.md': `# ${repo}\n` }, message: 'first' });
  const kept = { pulls: new Map(), checkRuns: [], statuses: [], deployments: [], reviews: [], hooks: [] };
  return { id, owner, repo, full, private: false, parent, pushedAt: new Date().toISOString(), bare, ...kept };
}
