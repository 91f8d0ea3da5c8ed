import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { chooseContext } from '../../../../activities/lib/cluster/access.ts';
import { openCluster } from '../../../../activities/lib/cluster/cluster.ts';
import { createClusters } from '../../../../activities/lib/cluster/clusters.ts';
import { expectFailure } from '../../../support/failures.ts';
import { temporaryFolder } from '../../../support/gitRepository.ts';
import { failureOf } from '../../../support/github/failureOf.ts';
import { refusalOf } from '../../../support/refusals.ts';

/** A kubeconfig with two contexts of one server. */
async function kubeconfigFor(server: string, plain = true): Promise<string> {
  const path = join(await temporaryFolder(), 'config');
  const config = {
    'current-context': 'staging',
    contexts: ['staging', 'production'].map((name) => ({ name, context: { cluster: 'one', user: 'ada' } })),
    clusters: [{ name: 'one', cluster: { server, 'insecure-skip-tls-verify': plain } }],
    users: [{ name: 'ada', user: { token: 'secret-token' } }],
  };
  await writeFile(path, JSON.stringify(config));
  return path;
}

async function clusterAnswering(status: number, body: string): Promise<{ kubeconfig: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    response.writeHead(status).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return { kubeconfig: await kubeconfigFor(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), asked };
}

describe('a cluster', () => {
  it('is asked with the credentials of its context, and answers as it does', async () => {
    const { kubeconfig, asked } = await clusterAnswering(200, '{"kind":"Pod","newField":1}');
    expect(await openCluster({ kubeconfig }).read('/api/v1/pods', { limit: '1' })).toEqual({ kind: 'Pod', newField: 1 });
    expect(asked).toEqual(['GET /api/v1/pods?limit=1 Bearer secret-token']);
  });

  it.each([
    [401, 'ServiceRefused', 'renew the credentials'],
    [403, 'ServiceRefused', 'pods is forbidden; give the worker'],
    [400, 'ServiceRefused', 'pods is forbidden'],
    [429, 'ServiceUnavailable', 'answered 429'],
    [500, 'ServiceUnavailable', 'answered 500'],
    [503, 'ServiceUnavailable', 'answered 503'],
  ] as const)('says what %i means', async (status, type, text) => {
    const { kubeconfig } = await clusterAnswering(status, '{"kind":"Status","message":"pods is forbidden"}');
    await expectFailure(openCluster({ kubeconfig }).read('/api/v1/pods'), type, text);
  });

  it('has no object where it says so, and one already where it says that', async () => {
    const gone = await clusterAnswering(404, '{}');
    expect(await openCluster(gone).read('/api/v1/pods/a')).toBeUndefined();
    await openCluster(gone).remove('/api/v1/pods/a');
    expect(await openCluster(await clusterAnswering(409, '{}')).create('/api/v1/pods', {})).toBe(false);
  });

  it('that does not answer is away for now, and a call that is cancelled ends with its own reason', async () => {
    const kubeconfig = await kubeconfigFor('http://127.0.0.1:1');
    await expectFailure(openCluster({ kubeconfig }).read('/readyz'), 'ServiceUnavailable', 'does not answer');
    const reason = new Error('enough');
    await expect(openCluster({ kubeconfig }).read('/readyz', undefined, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('is not asked where the kubeconfig cannot be used for it', async () => {
    const kubeconfig = await kubeconfigFor('http://127.0.0.1:1', false);
    await expectFailure(openCluster({ kubeconfig }).read('/readyz'), 'ServiceRefused', 'cannot log in');
  });

  it('is opened once in a while', async () => {
    const open = createClusters({ kubeconfig: await kubeconfigFor('http://127.0.0.1:1') });
    expect(open()).toBe(open());
  });
});

describe('the context of a deploy', () => {
  it.each([
    ['the current one by itself', undefined, undefined, 'accepted'],
    ['the current one by name', 'staging', undefined, 'accepted'],
    ['another one that the worker offers', 'production', ['production'], 'accepted'],
    ['another one', 'production', undefined, 'NotAuthorized: '],
    ['one that is offered and missing', 'moon', ['moon'], 'NotConfigured: '],
  ])('may be %s', async (_, wanted, contexts, answer) => {
    const kubeconfig = await kubeconfigFor('http://127.0.0.1:1');
    expect(refusalOf(() => chooseContext({ kubeconfig, contexts }, wanted))).toContain(answer);
  });

  it.each([
    ['a file that is not there', '/nowhere/config', '/nowhere/config does not exist: set KUBECONFIG'],
    ['a file that is none', 'broken', 'cannot be read'],
  ])('is not to be had from %s', async (_, path, text) => {
    const broken = join(await temporaryFolder(), 'broken');
    await writeFile(broken, '{"clusters": [');
    expect(refusalOf(() => chooseContext({ kubeconfig: path === 'broken' ? broken : path }, undefined))).toMatch(/^NotConfigured: /);
    expect(refusalOf(() => chooseContext({ kubeconfig: path === 'broken' ? broken : path }, undefined))).toContain(text);
  });

  it('is refused without a word of the file, whose lines hold tokens', async () => {
    const kubeconfig = join(await temporaryFolder(), 'broken');
    await writeFile(kubeconfig, 'users:\n- name: ada\n  user:\n    token: secret-token\n   bad: x\n');
    const refused = await failureOf((async () => chooseContext({ kubeconfig }, undefined))(), 'NotConfigured');
    expect(refused.message).toMatch(/cannot be read: YAMLException: .*; correct it/);
    expect(inspect(refused, { depth: null })).not.toContain('secret-token');
  });
});
