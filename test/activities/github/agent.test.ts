import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createGitHubAgent } from '../../../activities/github/agent.ts';
import { createGitHub } from '../../../activities/lib/github/client.ts';
import { createSourceReader } from '../../../activities/lib/source.ts';
import { temporaryFolder } from '../../support/gitRepository.ts';
import { failureOf } from '../../support/github/failureOf.ts';
import { type GitHubServer, startGitHub } from '../../support/github/startGitHub.ts';

let server: GitHubServer;
beforeAll(async () => {
  server = await startGitHub({ repositories: ['acme/shop', 'acme/tools', { name: 'mallory/shop', parent: 'acme/shop' }] });
});
afterAll(() => server.close());

type Auth = 'app' | 'token';
const place = { owner: 'acme', repo: 'shop' };

async function agentBy(auth: Auth | undefined) {
  const github = auth === undefined ? undefined : createGitHub(server.settings(auth));
  return createGitHubAgent({ github, sources: createSourceReader({ home: await temporaryFolder() }) });
}

/** A receiver of deliveries that answers what `status` says at the moment. */
async function receiveWith(kind: 'app' | 'repository', status: () => number) {
  const receiver = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(status()).end());
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.webhooksTo(undefined);
    receiver.close();
  });
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks/github`;
  server.webhooksTo({ url, secret: 'a secret of tests', kind });
}

describe('readPullRequest', () => {
  it.each<Auth>(['app', 'token'])('tells what a pull request is now, and who is behind it, by %s', async (auth) => {
    const shop = server.repository('acme/shop');
    const branch = `feature/${auth}`;
    await shop.commit({ 'a.txt': auth }, { branch, from: 'main', author: 'grace', committer: 'linus' });
    const message = 'more\n\nCo-authored-by: Mal <12+mallory@users.noreply.github.com>\n';
    await shop.commit({ 'b.txt': auth }, { branch, author: 'stranger', committer: 'ada', message });
    const { number, head } = await shop.open({ branch, files: {}, title: 'A feature' });

    const pull = await (await agentBy(auth)).readPullRequest({ ...place, number });
    expect(pull).toMatchObject({
      ...place,
      number,
      title: 'A feature',
      open: true,
      merged: false,
      draft: false,
      fork: false,
      author: 'ada',
    });
    expect(pull).toMatchObject({ head: { sha: head, ref: branch }, base: { sha: await shop.head(), ref: 'main' }, repository: shop.url });
    expect(pull.authors.toSorted()).toEqual(['ada', 'grace', 'linus', 'mallory']);
  });

  it('knows a fork, a draft and a merged one', async () => {
    const shop = server.repository('acme/shop');
    const agent = await agentBy('app');
    const fork = await shop.open({ branch: 'patch', from: server.repository('mallory/shop'), draft: true });
    expect(await agent.readPullRequest({ ...place, number: fork.number })).toMatchObject({ fork: true, draft: true, author: 'mallory' });
    await shop.ready(fork.number);
    await shop.merge(fork.number);
    expect(await agent.readPullRequest({ ...place, number: fork.number })).toMatchObject({ open: false, merged: true, draft: false });
  });

  it('counts the people of more commits than one page holds', async () => {
    const shop = server.repository('acme/shop');
    const person = (i: number) => (i < 120 ? 'ada' : 'linus');
    const commits = Array.from({ length: 121 }, (_, i) => {
      const who = `${person(i)} <${person(i)}@users.noreply.github.com> ${1_700_000_000 + i} +0000`;
      const from = i === 0 ? 'from refs/heads/main^0\n' : '';
      return `commit refs/heads/long\nauthor ${who}\ncommitter ${who}\ndata 1\nx\n${from}M 100644 inline n.txt\ndata 3\n${100 + i}\n`;
    });
    await shop.bare.git(['fast-import', '--quiet'], commits.join(''));
    const { number } = await shop.open({ branch: 'long', files: {} });
    expect((await (await agentBy('app')).readPullRequest({ ...place, number })).authors).toContain('linus');
    expect(server.requests({ path: `/pulls/${number}/commits` })).toHaveLength(2);
  });

  it('is refused for one that is not there, and when the answer is not from a GitHub', async () => {
    const agent = await agentBy('app');
    await failureOf(agent.readPullRequest({ ...place, number: 4040 }), 'ServiceRefused');
    server.misbehave({ path: '/pulls/4041', times: 2, do: { status: 200, body: [{ hello: 'world' }] } });
    const { message } = await failureOf(agent.readPullRequest({ ...place, number: 4041 }), 'ServiceRefused');
    expect(message).toMatch(/cannot be read .*MAINSTAY_GITHUB_API/);
  });
});

describe('readRules', () => {
  it('reads the rules at a commit, the defaults where there are none, also without GitHub', async () => {
    const shop = server.repository('acme/shop');
    const agent = await agentBy(undefined);
    const plain = await shop.commit({ 'a.txt': '1' });
    const ruled = await shop.commit({ '.mainstay/project.yml': 'branches: [main, release/*]\n' });
    expect((await agent.readRules({ repository: shop.url, commit: plain })).branches).toEqual(['main', 'master']);
    expect((await agent.readRules({ repository: shop.url, commit: ruled })).branches).toEqual(['main', 'release/*']);
    await expect(agent.readRules({ repository: shop.url, commit: '--upload-pack=x' })).rejects.toThrow(/hex digits/);
  });
});

describe('without credentials', () => {
  it('says which variables to set', async () => {
    const agent = await agentBy(undefined);
    const order = { place, commit: '1'.repeat(40), branch: 'main', reason: 'r', key: 'k' };
    const environment = new MockActivityEnvironment({ workflowExecution: { workflowId: 'w', runId: 'r' } });
    const asked = [
      agent.readPullRequest({ ...place, number: 1 }),
      agent.redeliverFailed({ after: new Date().toISOString() }),
      agent.listHeads(),
      environment.run(agent.openRevert, order),
    ];
    for (const answer of asked) expect((await failureOf(answer, 'NotConfigured')).message).toContain('MAINSTAY_GITHUB_TOKEN');
  });
});

describe('redeliverFailed', () => {
  it.each<[Auth, 'app' | 'repository']>([
    ['app', 'app'],
    ['token', 'repository'],
  ])('has each delivery that nobody took sent again, once, with its id (%s)', async (auth, kind) => {
    let status = 500;
    const after = new Date(Date.now() - 1).toISOString();
    await receiveWith(kind, () => status);
    const shop = server.repository('acme/shop');
    const earlier = server.deliveries().length;
    for (const name of ['one', 'two']) await shop.push({ [name]: auth }, { branch: `again-${auth}` });
    const [failed] = server.deliveries().slice(earlier);
    await server.redeliver(failed?.id ?? 0);
    status = 202;
    await shop.push({ three: auth }, { branch: `again-${auth}` });

    const agent = await agentBy(auth);
    const guids = [
      ...new Set(
        server
          .deliveries()
          .slice(earlier)
          .filter(({ status_code }) => status_code === 500)
          .map(({ guid }) => guid),
      ),
    ];
    const answer = await agent.redeliverFailed({ after });
    expect(answer).toEqual({ redelivered: guids, failed: 2, oldestAt: expect.any(String) });
    await server.idle();
    const again = server
      .deliveries()
      .slice(earlier)
      .filter(({ redelivery, status_code }) => redelivery && status_code === 202);
    expect(again.map(({ guid }) => guid)).toEqual(guids);
    expect(await agent.redeliverFailed({ after })).toEqual({ redelivered: [], failed: 0 });
    expect(await agent.redeliverFailed({ after: new Date(Date.now() + 60_000).toISOString() })).toEqual({ redelivered: [], failed: 0 });
  });

  it('reads page after page, and stops at the first that is older', async () => {
    const { length } = server.deliveries();
    await receiveWith('app', () => 503);
    for (let i = 0; i < 130; i++) await server.deliver('push', { number: i });
    const answer = await (await agentBy('app')).redeliverFailed({ after: server.deliveries()[length]?.delivered_at ?? '' });
    expect(answer.failed).toBe(130);
    expect(new Set(answer.redelivered).size).toBe(130);
  });
});

describe('listHeads', () => {
  it('names open pull requests and ruled branches, of all installed repositories or of those with our hook', async () => {
    const tools = server.repository('acme/tools');
    await tools.commit({ 'project.yml': 'branches: [main, "release/*"]\n' });
    const release = await tools.commit({ 'r.txt': '1' }, { branch: 'release/1', from: 'main' });
    await tools.commit({ 'x.txt': '1' }, { branch: 'other', from: 'main' });
    const { number, head } = await tools.open({ branch: 'open' });
    const closed = await tools.open({ branch: 'closed' });
    await tools.close(closed.number);

    const at = { owner: 'acme', repo: 'tools', repository: tools.url };
    const expected = [
      { ...at, kind: 'pull_request', number, commit: head, updatedAt: expect.any(String) },
      { ...at, kind: 'push', branch: 'main', commit: await tools.head(), trusted: false, authors: ['github:ada'] },
      { ...at, kind: 'push', branch: 'release/1', commit: release, trusted: false, authors: ['github:ada'] },
    ];
    const ofTools = async (auth: Auth) => (await (await agentBy(auth)).listHeads()).filter(({ repo }) => repo === 'tools');
    expect(await ofTools('app')).toEqual(expected);
    expect(await ofTools('token')).toEqual([]);
    await receiveWith('repository', () => 202);
    expect(await ofTools('token')).toEqual(expected);
  });

  it('is not kept from the others by a repository whose rules are broken', async () => {
    await server.repository('acme/shop').commit({ '.mainstay/project.yml': 'branches: 7\n' });
    const heads = await (await agentBy('app')).listHeads();
    expect(heads.filter(({ repo, kind }) => repo === 'shop' && kind === 'push')).toEqual([]);
    expect(heads.some(({ repo, kind }) => repo === 'tools' && kind === 'push')).toBe(true);
  });

  it('goes on later when GitHub has no time now', async () => {
    server.misbehave({ path: '/installation/repositories', do: { status: 429, headers: { 'retry-after': '5' }, body: {} } });
    expect((await failureOf((await agentBy('app')).listHeads(), 'ServiceUnavailable')).nextRetryDelay).toBe(5000);
  });
});
