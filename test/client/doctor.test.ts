import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { answering } from '../../client/cli/doctor/answering.ts';
import type { Part } from '../../client/cli/doctor/part.ts';
import { failure } from '../../schemas/failures.ts';
import { type } from '../support/commandLine.ts';
import { temporaryFolder } from '../support/gitRepository.ts';
import { startGitHub } from '../support/github/startGitHub.ts';
import { startMailbox } from '../support/mailbox.ts';
import { botToken, startSlack } from '../support/slack/slack.ts';

const secrets = {
  MAINSTAY_GITHUB_WEBHOOK_SECRET: 'webhook-secret-1,webhook-secret-2',
  MAINSTAY_SLACK_SIGNING_SECRET: 'signing-secret-1',
  OPENAI_API_KEY: 'key-of-the-model',
};

/** What `mainstay doctor` says of the services and their settings, by name. */
async function doctor(env: Record<string, string>): Promise<Record<string, Part>> {
  const { out } = await type(['doctor', '--json'], { env: { MAINSTAY_LISTEN: '127.0.0.1:0', KUBECONFIG: '/nowhere', ...env } });
  const { parts } = JSON.parse(out) as { parts: Part[] };
  return Object.fromEntries(parts.filter(({ group }) => group === 'services').map((part) => [part.name, part]));
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const answers = (answer: (request: IncomingMessage) => [status: number, body: unknown]) =>
  listening(
    createServer((request: IncomingMessage, response: ServerResponse) => {
      const [status, body] = answer(request);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    }),
  );

async function kubeconfigFor(port: number): Promise<string> {
  const path = join(await temporaryFolder(), 'config');
  const config = {
    'current-context': 'staging',
    contexts: ['staging', 'production'].map((name) => ({ name, context: { cluster: name, user: 'ada' } })),
    clusters: ['staging', 'production'].map((name) => ({
      name,
      cluster: { server: `http://127.0.0.1:${name === 'staging' ? port : 9}`, 'insecure-skip-tls-verify': true },
    })),
    users: [{ name: 'ada', user: { token: 'token-of-the-cluster' } }],
  };
  await writeFile(path, JSON.stringify(config));
  return path;
}

/** Local servers of all services, and the settings that open them. */
async function everything(auth: 'app' | 'token') {
  const [github, slack, login] = [await startGitHub(), await startSlack(), { user: 'ada', pass: 'pass/of+mail' }];
  const mailbox = await startMailbox({ login });
  onTestFinished(async () => void (await Promise.all([github.close(), slack.close(), mailbox.close()])));
  const model = await answers(({ headers, url }) =>
    headers.authorization === `Bearer ${secrets.OPENAI_API_KEY}` && url === '/v1/models' ? [200, { data: [{ id: 'gpt-5' }] }] : [401, {}],
  );
  const cluster = await answers(({ url }) => (url === '/version' ? [200, { gitVersion: 'v1.34.1' }] : [404, {}]));
  const gateway = await answers(() => [200, { status: 'ok' }]);
  const env = {
    ...secrets,
    ...github.environment(auth),
    MAINSTAY_SLACK_API: slack.api,
    MAINSTAY_SLACK_TOKEN: botToken,
    MAINSTAY_SMTP_URL: mailbox.urlAs(login),
    MODEL_NAME: 'gpt-5',
    MAINSTAY_MODEL_URL: `http://127.0.0.1:${model}/v1`,
    KUBECONFIG: await kubeconfigFor(cluster),
    MAINSTAY_LISTEN: `127.0.0.1:${gateway}`,
  };
  const told = [github.token, github.app.privateKey, botToken, login.pass, encodeURIComponent(login.pass), 'token-of-the-cluster'];
  return {
    github,
    slack,
    env,
    ports: { model, gateway },
    secrets: [...told, ...Object.values(secrets).flatMap((text) => text.split(','))],
  };
}

describe('mainstay doctor', () => {
  it.each([
    ['app', /^App \S+ at http/],
    ['token', /^token of mainstay-machine at http/],
  ] as const)('finds every service that answers, and shows no secret (GitHub by %s)', async (auth, known) => {
    const { env, ports, secrets: hidden } = await everything(auth);
    const parts = await doctor(env);
    expect(parts).toMatchObject({
      GitHub: { found: true, detail: expect.stringMatching(known) },
      'GitHub webhook secret': { found: true, detail: 'set, two are valid' },
      Slack: { found: true },
      'Slack signing secret': { found: true, detail: 'set' },
      'mail server': { found: true, detail: expect.stringMatching(/^127\.0\.0\.1:\d+, logged in$/) },
      model: { found: true, detail: `openai/gpt-5 at 127.0.0.1:${ports.model}` },
      Kubernetes: { found: true, detail: 'v1.34.1, context staging' },
      'gateway address': { found: true, detail: `a gateway listens at 127.0.0.1:${ports.gateway}` },
    });
    for (const secret of hidden) expect(JSON.stringify(parts)).not.toContain(secret);
  });

  it('says what each service is for where it is not configured, and that nothing of it is essential', async () => {
    const parts = await doctor({});
    const { 'gateway address': gateway, ...others } = parts;
    for (const part of Object.values(others)) expect(part).toMatchObject({ found: false, essential: false, fix: expect.stringMatching(/set |install /) });
    expect(Object.keys(others)).toEqual(['GitHub', 'GitHub webhook secret', 'Slack', 'Slack signing secret', 'mail server', 'model', 'Kubernetes', 'helm']);
    expect(gateway?.detail).toContain('is free');
  }); // prettier-ignore

  it('says why a service does not take what is configured, without the secret that it was given', async () => {
    const { env, github, slack } = await everything('token');
    github.revoke(github.token);
    slack.misbehave('auth.test', { kind: 'error', error: 'invalid_auth' });
    const wrong = { MAINSTAY_SLACK_TOKEN: 'xoxb-wrong-token', OPENAI_API_KEY: 'wrong-key-of-model', MAINSTAY_SMTP_URL: env.MAINSTAY_SMTP_URL.replace('pass', 'wrong-pass') };
    const parts = await doctor({ ...env, ...wrong, MAINSTAY_KUBE_CONTEXTS: 'production,unheard-of' });
    expect(parts).toMatchObject({
      GitHub: { found: false, detail: expect.stringMatching(/401.*MAINSTAY_GITHUB_TOKEN/) },
      Slack: { found: false, detail: expect.stringMatching(/invalid_auth.*MAINSTAY_SLACK_TOKEN/) },
      'mail server': { found: false, detail: expect.stringContaining('refused the credentials: correct MAINSTAY_SMTP_URL') },
      model: { found: false, detail: expect.stringContaining('check OPENAI_API_KEY') },
      'Kubernetes (staging)': { found: true },
      'Kubernetes (production)': { found: false, detail: expect.stringContaining('does not answer') },
      'Kubernetes (unheard-of)': { found: false, detail: expect.stringContaining('unheard-of') },
    });
    for (const secret of [...Object.values(wrong), github.token]) expect(JSON.stringify(parts)).not.toContain(secret);
  }); // prettier-ignore

  it('takes a secret out of what a service repeats', async () => {
    const ask = () => Promise.reject(failure('ServiceRefused', 'no such token: ghp_of_the_machine'));
    const part = await answering({ name: 'x', costs: 'x', fix: 'x' }, { ask, secrets: ['ghp_of_the_machine', '', 'no'] });
    expect(part).toMatchObject({ found: false, detail: 'no such token: ****' });
  });

  it('waits a few seconds at most for services that take a connection and say nothing', async () => {
    const sockets = new Set<{ destroy(): void }>();
    const port = await listening(createTcpServer((socket) => void sockets.add(socket.on('error', () => undefined))));
    onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
    const silent = `http://127.0.0.1:${port}`;
    const started = Date.now();
    const parts = await doctor({
      ...secrets,
      MAINSTAY_GITHUB_TOKEN: 'ghp_any',
      MAINSTAY_GITHUB_API: silent,
      MAINSTAY_SLACK_TOKEN: 'xoxb-any',
      MAINSTAY_SLACK_API: silent,
      MAINSTAY_SMTP_URL: `smtp://127.0.0.1:${port}`,
      MODEL_NAME: 'any',
      MAINSTAY_MODEL_URL: silent,
      KUBECONFIG: await kubeconfigFor(port),
      MAINSTAY_LISTEN: `127.0.0.1:${port}`,
    });
    expect(Date.now() - started).toBeLessThan(15_000);
    for (const name of ['GitHub', 'Slack', 'mail server', 'model', 'Kubernetes']) {
      expect(parts[name]).toMatchObject({ found: false, detail: 'no answer within 5 s' });
    }
    expect(parts['gateway address']).toMatchObject({ found: false, detail: `127.0.0.1:${port} is in use by something else` });
  });

  it.each([
    ['google', { GOOGLE_API_KEY: 'key-of-model' }, '/v1/models/m', 'x-goog-api-key'],
    ['anthropic', { ANTHROPIC_API_KEY: 'key-of-model' }, '/v1/models/m', 'x-api-key'],
  ])('asks %s for the model, by the key, and not for an answer', async (provider, key, path, header) => {
    const port = await answers(({ method, url, headers }) => [method === 'GET' && url === path && headers[header] === 'key-of-model' ? 200 : 404, {}]);
    const settings = { ...key, MAINSTAY_MODEL_URL: `http://127.0.0.1:${port}/v1` };
    expect((await doctor({ ...settings, MODEL_NAME: 'm' }))['model']).toMatchObject({ found: true, detail: `${provider}/m at 127.0.0.1:${port}` });
    expect((await doctor({ ...settings, MODEL_NAME: 'n' }))['model']).toMatchObject({ found: false, detail: expect.stringContaining('check MODEL_NAME') });
  }); // prettier-ignore
});
