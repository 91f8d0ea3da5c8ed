import { createEmulator, type Emulator } from 'emulate';
import getPort from 'get-port';
import type { Actor } from './state.ts';

export const appId = 4711;
export const installationId = 77;
export const botLogin = 'mainstay[bot]';

const permissions = Object.fromEntries(
  ['contents', 'issues', 'pull_requests', 'checks', 'statuses', 'deployments', 'metadata', 'actions'].map((name) => [name, 'write']),
);

type Seed = {
  baseUrl: string;
  users: readonly string[];
  orgs: readonly string[];
  repositories: readonly { owner: string; name: string; private: boolean }[];
  installed: readonly string[];
};

/** emulate with its people, tokens, App and repositories; it answers what the front has no route for. */
export type EmulatedCore = {
  url: string;
  privateKey: string;
  /** The token that a person uses. */
  tokenOf(login: string): string;
  /** Who stands behind an `Authorization` header; undefined when nobody does. Tokens of installations are learnt when they are handed out. */
  actorOf(authorization: string | undefined): Actor | undefined;
  learn(token: string, expiresAt: string, installation: number): void;
  /** The account whose installation a token was made for. */
  accountOf(authorization: string | undefined): string | undefined;
  /** Makes a token worthless, as a revoked one is. */
  forget(token: string): void;
  ask(method: string, path: string, login: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  close(): Promise<void>;
};

export async function startCore(seed: Seed): Promise<EmulatedCore> {
  const logins = [...seed.users, 'mainstay-machine'];
  const tokenOf = (login: string) => `ghp_${login.replaceAll(/[^a-z0-9]/gi, '')}_token_for_tests`;
  const port = await getPort({ host: '127.0.0.1' });
  const emulator = await createEmulator({
    service: 'github',
    port,
    baseUrl: seed.baseUrl,
    seed: {
      tokens: Object.fromEntries(logins.map((login) => [tokenOf(login), { login, scopes: ['repo', 'user', 'admin:repo_hook'] }])),
      github: {
        users: logins.map((login) => ({ login, email: `${login}@users.noreply.github.com` })),
        orgs: seed.orgs.map((login) => ({ login })),
        repos: seed.repositories,
        apps: [
          {
            app_id: appId,
            slug: 'mainstay',
            name: 'Mainstay',
            permissions,
            events: ['*'],
            installations: seed.installed.map((account, index) => ({ installation_id: installationId + index, account })),
          },
        ],
      },
    },
  });
  // Its own `url` is the advertised one, which is the front's.
  return coreOf({ emulator, url: `http://127.0.0.1:${port}`, logins, installed: seed.installed, tokenOf });
}

type Started = {
  emulator: Emulator;
  url: string;
  logins: readonly string[];
  installed: readonly string[];
  tokenOf: (login: string) => string;
};

function coreOf({ emulator, url, logins, installed, tokenOf }: Started): EmulatedCore {
  const people = new Map(logins.map((login, index): [string, Actor] => [tokenOf(login), { login, id: 1000 + index, type: 'User' }]));
  const installations = new Map<string, { until: number; account: string | undefined }>();
  const core: EmulatedCore = {
    url,
    privateKey: emulator.generatedSecrets.find(({ kind }) => kind === 'github.app_private_key')?.value ?? '',
    tokenOf,
    actorOf(authorization) {
      const token = tokenIn(authorization);
      if ((installations.get(token)?.until ?? 0) > Date.now()) return { login: botLogin, id: 900, type: 'Bot' };
      return people.get(token);
    },
    learn: (token, expiresAt, installation) =>
      void installations.set(token, { until: Date.parse(expiresAt), account: installed[installation - installationId] }),
    accountOf: (authorization) => installations.get(tokenIn(authorization))?.account,
    forget(token) {
      installations.delete(token);
      people.delete(token);
    },
    async ask(method, path, login, body) {
      const response = await fetch(url + path, {
        method,
        headers: { authorization: `token ${tokenOf(login)}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
    },
    close: () => emulator.close(),
  };
  return core;
}

/** The token of an `Authorization` header, also of the Basic one that git sends. */
export function tokenIn(authorization = ''): string {
  const [scheme = '', value = ''] = authorization.split(' ');
  return scheme.toLowerCase() === 'basic' ? (Buffer.from(value, 'base64').toString().split(':')[1] ?? '') : value;
}
