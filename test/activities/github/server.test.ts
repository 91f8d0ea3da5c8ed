import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type GitHubServer, startGitHub } from '../../support/github/startGitHub.ts';

let github: GitHubServer;
beforeAll(async () => {
  github = await startGitHub({ repositories: ['acme/shop', { name: 'mallory/shop', parent: 'acme/shop' }, 'other/place'] });
});
afterAll(() => github.close());

const place = { owner: 'acme', repo: 'shop' };
const byToken = () => new Octokit({ baseUrl: github.url, auth: github.token });
const byApp = () => new Octokit({ baseUrl: github.url, authStrategy: createAppAuth, auth: { ...github.app, installationId: 77 } });

/** A webhook endpoint that answers what `status` says. */
async function receiver(status: () => number = () => 202) {
  const got: { event: string; delivery: string; signature: string; body: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const header = (name: string) => String(request.headers[name]);
      const facts = { event: header('x-github-event'), delivery: header('x-github-delivery'), signature: header('x-hub-signature-256') };
      got.push({ ...facts, body: Buffer.concat(chunks).toString() });
      response.writeHead(status()).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    github.webhooksTo(undefined);
    server.close();
  });
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/github` };
}

it('opens a pull request whose head is a commit that git can fetch', async () => {
  const shop = github.repository('acme/shop');
  const { number, head } = await shop.open({ branch: 'feature', files: { 'src/a.ts': 'one\ntwo\n' }, author: 'grace' });
  const { data } = await byToken().pulls.get({ ...place, pull_number: number });
  expect(data).toMatchObject({
    state: 'open',
    draft: false,
    head: { sha: head, ref: 'feature' },
    base: { ref: 'main' },
    user: { login: 'ada' },
  });
  const listed = await execa('git', ['ls-remote', shop.url, `refs/pull/${number}/head`]);
  expect(listed.stdout).toContain(head);
  const files = await byToken().pulls.listFiles({ ...place, pull_number: number });
  expect(files.data).toMatchObject([{ filename: 'src/a.ts', status: 'added', additions: 2, patch: '@@ -0,0 +1,2 @@\n+one\n+two' }]);
  const commits = await byToken().pulls.listCommits({ ...place, pull_number: number });
  expect(commits.data).toMatchObject([{ sha: head, author: { login: 'grace' } }]);
});

it('shows the head of a fork in the base repository, merges it, and lists it as closed', async () => {
  const fork = github.repository('mallory/shop');
  const shop = github.repository('acme/shop');
  const { number, head } = await shop.open({ branch: 'patch', from: fork });
  const { data } = await byToken().pulls.get({ ...place, pull_number: number });
  expect(data).toMatchObject({
    user: { login: 'mallory' },
    author_association: 'NONE',
    head: { sha: head, repo: { full_name: 'mallory/shop' } },
  });
  await expect(shop.bare.resolve(`refs/pull/${number}/head`)).resolves.toBe(head);
  const merged = await byToken().pulls.merge({ ...place, pull_number: number });
  await expect(shop.head()).resolves.toBe(merged.data.sha);
  await expect(byToken().pulls.get({ ...place, pull_number: number })).resolves.toMatchObject({ data: { merged: true, state: 'closed' } });
});

it('knows the App and its installation, refuses strangers, and lets only the App write checks', async () => {
  const shop = github.repository('acme/shop');
  const sha = (await shop.head()) ?? '';
  const run = { ...place, name: 'lint', head_sha: sha, external_id: 'k', conclusion: 'success' as const };
  await expect(byToken().checks.create(run)).rejects.toMatchObject({ status: 403 });
  await byApp().checks.create(run);
  expect(shop.checkRuns(sha)).toMatchObject([{ name: 'lint', status: 'completed', external_id: 'k' }]);
  await expect(byApp().repos.get({ owner: 'other', repo: 'place' })).rejects.toMatchObject({ status: 404 });
  await expect(new Octokit({ baseUrl: github.url, auth: 'stolen' }).repos.get(place)).rejects.toMatchObject({ status: 401 });
  const { data } = await byApp().apps.listReposAccessibleToInstallation();
  expect(data.repositories.map(({ full_name }) => full_name)).toStrictEqual(['acme/shop']);
});

it('keeps comments, labels, reviews, statuses and deployments for the test to read', async () => {
  const shop = github.repository('acme/shop');
  const { number, head } = await shop.open({ branch: 'talk', files: { 'a.txt': '1\n2\n' } });
  const octokit = byApp();
  await octokit.issues.createComment({ ...place, issue_number: number, body: 'hello' });
  await octokit.issues.createComment({ ...place, issue_number: number, body: 'again' });
  await octokit.issues.addLabels({ ...place, issue_number: number, labels: ['risk'] });
  const review = { ...place, pull_number: number, event: 'COMMENT' as const, body: 'see' };
  await octokit.pulls.createReview({ ...review, comments: [{ path: 'a.txt', line: 2, body: 'why' }] });
  await expect(octokit.pulls.createReview({ ...review, comments: [{ path: 'a.txt', line: 9, body: 'why' }] })).rejects.toMatchObject({
    status: 422,
  });
  await octokit.repos.createCommitStatus({ ...place, sha: head, state: 'success', context: 'mainstay' });
  const made = await octokit.repos.createDeployment({
    ...place,
    ref: head,
    environment: 'staging',
    payload: { key: 'k' },
    required_contexts: [],
  });
  if (made.status === 201) await octokit.repos.createDeploymentStatus({ ...place, deployment_id: made.data.id, state: 'success' });
  const pages = await octokit.paginate(octokit.issues.listComments, { ...place, issue_number: number, per_page: 1 });
  expect(pages).toHaveLength(2);
  await expect(shop.comments(number)).resolves.toMatchObject([{ body: 'hello', user: { login: 'mainstay[bot]' } }, { body: 'again' }]);
  expect(shop.labels(number)).toStrictEqual(['risk']);
  expect(shop.reviews(number)).toMatchObject([{ state: 'COMMENTED', comments: [{ line: 2 }] }]);
  expect(shop.statuses(head)).toMatchObject([{ context: 'mainstay', state: 'success' }]);
  expect(shop.deployments()).toMatchObject([{ environment: 'staging', payload: { key: 'k' }, statuses: [{ state: 'success' }] }]);
});

it('signs what it delivers, remembers the answer, and sends it again under the same id', async () => {
  let status = 500;
  const { got, url } = await receiver(() => status);
  github.webhooksTo({ url, secret: 'a secret of tests' });
  const shop = github.repository('acme/shop');
  const { number, delivery } = await shop.open({ branch: 'told' });
  expect(delivery).toMatchObject({ event: 'pull_request', action: 'opened', status_code: 500 });
  const [first] = got;
  expect(first?.signature).toBe(
    `sha256=${createHmac('sha256', 'a secret of tests')
      .update(first?.body ?? '')
      .digest('hex')}`,
  );
  expect(JSON.parse(first?.body ?? '')).toMatchObject({
    number,
    repository: { full_name: 'acme/shop', owner: { login: 'acme' } },
    sender: { login: 'ada' },
  });

  status = 202;
  const app = new Octokit({ baseUrl: github.url, authStrategy: createAppAuth, auth: github.app });
  const failed = (await app.apps.listWebhookDeliveries()).data.find(({ guid }) => guid === delivery?.guid);
  await app.apps.redeliverWebhookDelivery({ delivery_id: failed?.id ?? 0 });
  await expect
    .poll(() => github.deliveries().filter(({ guid }) => guid === delivery?.guid))
    .toMatchObject([{ status_code: 500 }, { status_code: 202, redelivery: true }]);

  await shop.push({ 'b.txt': 'x' }, { branch: 'told' });
  await shop.comment(number, '/mainstay status', { by: 'linus' });
  await byApp().issues.createComment({ ...place, issue_number: number, body: 'from the bot' });
  await github.idle();
  expect(
    github
      .deliveries()
      .slice(-4)
      .map(({ event, action }) => `${event} ${action}`),
  ).toStrictEqual(['push null', 'pull_request synchronize', 'issue_comment created', 'issue_comment created']);
});

it('misbehaves as told: answers of its own, and effects without acknowledgement', async () => {
  const shop = github.repository('acme/shop');
  const { number } = await shop.open({ branch: 'faults' });
  github.misbehave({
    path: `/issues/${number}/comments`,
    method: 'GET',
    do: { status: 403, headers: { 'retry-after': '7' }, body: { message: 'slow down' } },
  });
  await expect(byToken().issues.listComments({ ...place, issue_number: number })).rejects.toMatchObject({ status: 403 });
  github.misbehave({ path: '/comments', method: 'POST', do: { cut: 'after' } });
  await expect(byToken().issues.createComment({ ...place, issue_number: number, body: 'once' })).rejects.toThrow(
    /fetch failed|other side closed/,
  );
  await expect(shop.comments(number)).resolves.toHaveLength(1);
  expect(github.requests({ path: `/issues/${number}/comments` }).map(({ status }) => status)).toStrictEqual([403, 0]);
});
