import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createGitHubAgent } from '../../../activities/github/agent.ts';
import { createGitHub } from '../../../activities/lib/github/client.ts';
import { createSourceReader } from '../../../activities/lib/source.ts';
import { createWorkspaces } from '../../../activities/lib/workspaces.ts';
import type { Credentials } from '../../../repository/credentials.ts';
import { resolveRef } from '../../../repository/refs.ts';
import { serveGit } from '../../support/gitHttp.ts';
import { temporaryFolder } from '../../support/gitRepository.ts';
import { tokenIn } from '../../support/github/emulator.ts';
import { failureOf } from '../../support/github/failureOf.ts';
import { type GitHubServer, startGitHub } from '../../support/github/startGitHub.ts';

let server: GitHubServer;
let home: string;
beforeAll(async () => {
  server = await startGitHub();
});
afterAll(() => server.close());
beforeEach(async () => {
  home = await temporaryFolder();
});

type Auth = 'app' | 'token';
const request = (repository: string) => ({ repository, ref: 'main', trusted: false });

/** The emulated GitHub's repositories over HTTP, for whom brings one of its tokens. */
async function privately(auth: Auth) {
  const shop = server.repository();
  const seen: string[] = [];
  const admits = (authorization: string | undefined) => {
    const token = tokenIn(authorization);
    if (token !== '') seen.push(token);
    return token === server.token || token.startsWith('ghs_');
  };
  const { url, requests } = await serveGit(dirname(shop.bare.path), { admits, receives: true });
  await shop.bare.git(['config', 'http.receivepack', 'true']);
  const github = createGitHub({ ...server.settings(auth), cloneUrl: `${url}/{owner}/{repo}.git` });
  return { shop, seen, requests, github, repository: github.cloneUrl({ owner: 'acme', repo: 'shop' }), host: url };
}

/** Puts a git in front that writes down its arguments; answers what it wrote. */
async function overheard(): Promise<() => Promise<string>> {
  const folder = await temporaryFolder();
  const { stdout: git } = await execa('sh', ['-c', 'command -v git']);
  await writeFile(join(folder, 'git'), `#!/bin/sh\nprintf '%s\\n' "$@" >> '${folder}/arguments'\nexec '${git}' "$@"\n`, { mode: 0o755 });
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH']}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  return () => readFile(join(folder, 'arguments'), 'utf8');
}

async function allText(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true });
  const files = await Promise.all(
    names.map(async (name) => ((await stat(join(folder, name))).isFile() ? await readFile(join(folder, name), 'latin1') : '')),
  );
  return files.join('\n');
}

describe('a private repository', () => {
  it.each<Auth>(['app', 'token'])(
    'is resolved, read and checked out by %s, whose token stands in no argument and no file',
    async (auth) => {
      const { shop, seen, github, repository } = await privately(auth);
      const commit = await shop.commit({ 'secret.txt': `for ${auth}` });
      const heard = await overheard();
      const credentials: Credentials = (url) => github.gitAuthorization(url);
      const sources = createSourceReader({ home, credentials });
      const source = await sources.resolve(request(repository));
      expect(source.commit).toBe(commit);
      expect((await (await sources.tree(source)).read('secret.txt'))?.toString()).toBe(`for ${auth}`);
      const elsewhere = await temporaryFolder();
      await createWorkspaces({ home: elsewhere, credentials }).checkOut(source, join(elsewhere, 'files'));
      expect(await readFile(join(elsewhere, 'files', 'secret.txt'), 'utf8')).toBe(`for ${auth}`);

      const said = `${await heard()}\n${await allText(home)}\n${await allText(elsewhere)}\n${JSON.stringify(source)}`;
      expect(said).toContain('ls-remote');
      const encoded = seen.map((token) => Buffer.from(`x-access-token:${token}`).toString('base64'));
      expect(seen.length).toBeGreaterThan(0);
      for (const secret of [...seen, ...encoded]) expect(said).not.toContain(secret);
    },
  );

  it('stays closed without credentials and with wrong ones, and says so without them', async () => {
    const { repository } = await privately('token');
    for (const credentials of [undefined, () => Promise.resolve('Basic d3Jvbmc6d3Jvbmc=')]) {
      const failed = await failureOf(createSourceReader({ home, credentials }).resolve(request(repository)), 'RepositoryNotFound');
      expect(failed.message).toContain('is private');
      expect(JSON.stringify(failed)).not.toContain('d3Jvbmc6d3Jvbmc');
    }
  });

  it('does not lend its credentials to other repositories or hosts', async () => {
    const { github, seen, host } = await privately('token');
    const other = await serveGit(server.repository().bare.path, { admits: (authorization) => authorization === undefined });
    const credentials: Credentials = (url) => github.gitAuthorization(url);
    await resolveRef({ repository: `${other.url}/shop.git`, ref: 'main', credentials });
    await failureOf(resolveRef({ repository: `${host}/acme/shop.git/more`, ref: 'main', credentials }), 'RepositoryNotFound');
    expect(seen).toEqual([]);
  });

  it('does not carry its credentials along a redirect', async () => {
    const { github, host } = await privately('token');
    const asked: (string | undefined)[] = [];
    const stranger = createServer((incoming, response) => {
      asked.push(incoming.headers.authorization);
      response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const away = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
    const moved = createServer((incoming, response) => {
      response.writeHead(301, { location: `${away}${incoming.url}` }).end();
    });
    await new Promise<void>((resolve) => moved.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      stranger.close();
      moved.close();
    });
    const header = (await github.gitAuthorization(`${host}/acme/shop.git`)) ?? '';
    const repository = `http://127.0.0.1:${(moved.address() as AddressInfo).port}/acme/shop.git`;
    const failed = await failureOf(
      resolveRef({ repository, ref: 'main', credentials: () => Promise.resolve(header) }),
      'RepositoryNotFound',
    );
    expect(failed.message).toContain('has moved');
    expect(asked).toEqual([]);
  });

  it('takes a revert that is pushed with the same credentials', async () => {
    const { shop, github, seen } = await privately('app');
    const bad = await shop.commit({ 'bad.txt': 'x' });
    const sources = createSourceReader({ home, credentials: (url) => github.gitAuthorization(url) });
    const agent = createGitHubAgent({ github, sources });
    const order = { place: { owner: 'acme', repo: 'shop' }, commit: bad, branch: 'main', reason: 'r', key: 'k' };
    await new MockActivityEnvironment({ workflowExecution: { workflowId: 'w', runId: 'r' } }).run(agent.openRevert, order);
    expect(await shop.bare.git(['ls-tree', '--name-only', `mainstay/revert-${bad.slice(0, 12)}`])).not.toContain('bad.txt');
    expect(seen.every((token) => token.startsWith('ghs_'))).toBe(true);
  });
});
