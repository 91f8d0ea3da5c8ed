import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCloneUrl } from '../../../../activities/lib/github/cloneUrl.ts';
import { createGitHub } from '../../../../activities/lib/github/client.ts';
import { asking } from '../../../../activities/lib/github/translate.ts';
import { failureType } from '../../../../schemas/failures.ts';

import { failureOf } from '../../../support/github/failureOf.ts';
import type { Fault } from '../../../support/github/faults.ts';
import { type GitHubServer, startGitHub } from '../../../support/github/startGitHub.ts';

let server: GitHubServer;
beforeAll(async () => {
  server = await startGitHub({ repositories: ['acme/shop', 'acme/tools', { name: 'mallory/shop', parent: 'acme/shop' }] });
});
afterAll(() => server.close());

const place = { owner: 'acme', repo: 'shop' };
const httpTemplate = 'https://github.com/{owner}/{repo}.git';

describe('createGitHub', () => {
  it('speaks as the installation that has the repository, and asks for its number and token once', async () => {
    const github = createGitHub(server.settings('app'));
    const before = server.requests({ path: 'installation' }).length;
    for (const repo of ['shop', 'shop', 'tools']) {
      const octokit = await github.octokit({ owner: 'acme', repo });
      expect((await asking(() => octokit.rest.repos.get({ owner: 'acme', repo }))).data.full_name).toBe(`acme/${repo}`);
    }
    const asked = server.requests({ path: 'installation' }).slice(before);
    expect(asked.map(({ path }) => path)).toEqual([
      '/repos/acme/shop/installation',
      '/app/installations/77/access_tokens',
      '/repos/acme/tools/installation',
    ]);
  });

  it('says where the App is not installed', async () => {
    const github = createGitHub(server.settings('app'));
    const refused = await failureOf(github.octokit({ owner: 'mallory', repo: 'shop' }), 'ServiceRefused');
    expect(refused.message).toBe('the GitHub App 4711 is not installed on mallory/shop, or there is no such repository: install it there');
  });

  it.each([
    ['no key at all', 'nonsense'],
    ['a key cut short', '-----BEGIN RSA PRIVATE KEY-----'],
  ])('names the setting when the private key is %s', async (_, privateKey) => {
    const github = createGitHub({ ...server.settings(), auth: { kind: 'app', appId: '4711', privateKey } });
    const refused = await failureOf(github.octokit(place), 'ServiceRefused');
    expect(refused.message).toMatch(/^MAINSTAY_GITHUB_PRIVATE_KEY cannot be used/);
  });

  it('speaks by a token, and says which settings to check when it is refused', async () => {
    const good = await createGitHub(server.settings('token')).octokit(place);
    expect((await good.rest.repos.get(place)).status).toBe(200);
    const bad = createGitHub({ ...server.settings(), auth: { kind: 'token', token: 'ghp_stolen' } });
    const refused = await failureOf(
      asking(async () => (await bad.octokit(place)).rest.repos.get(place)),
      'ServiceRefused',
    );
    expect(refused.message).toMatch(/^GitHub refused GET \/repos\/acme\/shop with 401: Bad credentials.*check MAINSTAY_GITHUB_TOKEN/);
    expect(JSON.stringify(refused)).not.toContain('ghp_stolen');
  });

  it('gives git credentials for URLs of its own template alone, with an App good for that repository alone', async () => {
    const token = createGitHub({ ...server.settings('token'), cloneUrl: httpTemplate });
    const header = `Basic ${Buffer.from(`x-access-token:${server.token}`).toString('base64')}`;
    expect(await token.gitAuthorization('https://github.com/acme/shop')).toBe(header);
    expect(await token.gitAuthorization('https://github.com.evil.example/acme/shop')).toBeUndefined();
    expect(await createGitHub(server.settings('token')).gitAuthorization(server.repository().url)).toBeUndefined();

    const app = createGitHub({ ...server.settings('app'), cloneUrl: httpTemplate });
    expect(await app.gitAuthorization('https://github.com/acme/shop.git')).toMatch(/^Basic /);
    const [asked] = server.requests({ path: 'access_tokens' }).slice(-1);
    expect(JSON.parse(asked?.body ?? '')).toMatchObject({ repositories: ['shop'] });
  });
});

describe('asking', () => {
  const soon = () => String(Math.floor(Date.now() / 1000) + 40);
  it.each<[string, Fault, number, number]>([
    [
      'a secondary limit with a time',
      { status: 403, headers: { 'retry-after': '17' }, body: { message: 'secondary rate limit' } },
      17_000,
      17_000,
    ],
    ['too many requests without a time', { status: 429, body: { message: 'slow down' } }, 60_000, 60_000],
    [
      'a secondary limit told by its message',
      { status: 403, body: { message: 'You have exceeded a secondary rate limit.' } },
      60_000,
      60_000,
    ],
    ['a spent primary limit', { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': soon() } }, 30_000, 42_000],
    ['a time that nobody would wait', { status: 429, headers: { 'retry-after': '1e12' } }, 3_660_000, 3_660_000],
    ['a time in the past', { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' } }, 1_000, 1_000],
    ['a time that cannot be read', { status: 429, headers: { 'retry-after': 'soon' } }, 60_000, 60_000],
  ])('turns %s into a timer of Temporal, without asking again itself', async (_, fault, least, most) => {
    const misbehaviour = server.misbehave({ path: '/repos/acme/shop', times: 5, do: fault });
    const octokit = await createGitHub(server.settings('token')).octokit(place);
    const waited = await failureOf(
      asking(() => octokit.rest.repos.get(place)),
      'ServiceUnavailable',
    );
    misbehaviour.stop();
    expect(misbehaviour.met).toBe(1);
    expect(waited).toBeInstanceOf(ApplicationFailure);
    expect(waited.nonRetryable).toBe(false);
    expect(Number(waited.nextRetryDelay)).toBeGreaterThanOrEqual(least);
    expect(Number(waited.nextRetryDelay)).toBeLessThanOrEqual(most);
  });

  it.each<[string, Fault, string]>([
    ['a missing permission', { status: 403, body: { message: 'Resource not accessible by integration' } }, 'ServiceRefused'],
    ['an unknown object', { status: 404, body: { message: 'Not Found' } }, 'ServiceRefused'],
    ['a deleted one', { status: 410, body: {} }, 'ServiceRefused'],
    [
      'a request that does not fit',
      { status: 422, body: { message: 'Validation Failed', errors: [{ message: 'head' }] } },
      'ServiceRefused',
    ],
    ['a blocked repository', { status: 451, body: {} }, 'ServiceRefused'],
    ['a broken GitHub', { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>' }, 'ServiceUnavailable'],
    ['a lost connection', { cut: 'before' }, 'ServiceUnavailable'],
    ['a lost acknowledgement', { cut: 'after' }, 'ServiceUnavailable'],
  ])('translates %s, asked once', async (_, fault, type) => {
    const misbehaviour = server.misbehave({ path: '/repos/acme/shop', times: 5, do: fault });
    const octokit = await createGitHub(server.settings('token')).octokit(place);
    const failed = await asking(() => octokit.rest.repos.get(place)).catch((error: unknown) => error);
    misbehaviour.stop();
    expect(failureType(failed)).toBe(type);
    expect(misbehaviour.met).toBe(1);
  });

  it('leaves waiting to Temporal also when requests are spaced', async () => {
    const misbehaviour = server.misbehave({
      path: '/repos/acme/shop',
      times: 5,
      do: { status: 429, headers: { 'retry-after': '1' }, body: {} },
    });
    const octokit = await createGitHub({ ...server.settings('token'), throttle: true }).octokit(place);
    const waited = await failureOf(
      asking(() => octokit.rest.repos.get(place)),
      'ServiceUnavailable',
    );
    misbehaviour.stop();
    expect({ met: misbehaviour.met, wait: waited.nextRetryDelay }).toEqual({ met: 1, wait: 1000 });
  });

  it('says where to look when nobody is there', async () => {
    const octokit = await createGitHub({ ...server.settings('token'), api: 'http://127.0.0.1:1' }).octokit(place);
    const failed = await failureOf(
      asking(() => octokit.rest.repos.get(place)),
      'ServiceUnavailable',
    );
    expect(failed.message).toMatch(/could not be reached .*MAINSTAY_GITHUB_API/);
  });
});

describe('readCloneUrl', () => {
  it.each<[string, string, string | undefined]>([
    [httpTemplate, 'https://github.com/acme/shop.git', 'acme/shop'],
    [httpTemplate, 'https://github.com/acme/shop', 'acme/shop'],
    [httpTemplate, 'https://github.com/acme/shop.js.git', 'acme/shop.js'],
    [httpTemplate, 'https://githubXcom/acme/shop.git', undefined],
    [httpTemplate, 'https://github.com/acme/shop.git/more', undefined],
    [httpTemplate, 'https://github.com/acme/../shop', undefined],
    [httpTemplate, 'https://github.com/acme/..', undefined],
    [httpTemplate, 'https://github.com@evil.example/acme/shop', undefined],
    [httpTemplate, 'http://github.com/acme/shop', undefined],
    [httpTemplate, 'https://github.com/acme/shop\n', undefined],
    [httpTemplate, 'https://evil.example/https://github.com/acme/shop', undefined],
    ['file:///srv/git/{owner}/{repo}', 'file:///srv/git/acme/shop', 'acme/shop'],
  ])('reads with %s from %j: %s', (template, url, name) => {
    const found = readCloneUrl(template).place(url);
    expect(found && `${found.owner}/${found.repo}`).toBe(name);
  });

  it('writes the URL of a repository', () => {
    expect(readCloneUrl(httpTemplate).of({ owner: 'acme', repo: 'shop' })).toBe('https://github.com/acme/shop.git');
  });
});
