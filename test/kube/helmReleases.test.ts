import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createDeployer } from '../../activities/deploy/deployer.ts';
import { revisionsOf } from '../../activities/deploy/helm/revisions.ts';
import { createWorkspaces } from '../../activities/lib/workspaces.ts';
import type { Fence } from '../../schemas/locks.ts';
import { expectFailure } from '../support/failures.ts';
import { makeRepository, temporaryFolder, type TestRepository } from '../support/gitRepository.ts';
import { helmIfThere } from '../support/kube/helm.ts';
import { kubeIfThere, makeNamespace } from '../support/kube/namespaces.ts';
import { shopChart } from '../support/kube/shopChart.ts';
import { crashing, neverReady } from '../support/kube/shopManifests.ts';
import { deployInChild, deployTask, perform, pidsWith, type Wish } from '../support/releases.ts';

const kube = kubeIfThere();
const ConfigMap = z.object({ data: z.object({ version: z.string() }) });

describe.skipIf(!kube || !(await helmIfThere()))('releases of a chart (needs a control plane and Helm)', () => {
  if (!kube) return;
  const { cluster, kubeconfig } = kube;
  let home: string;
  let namespace: string;
  let repository: TestRepository;
  let deployer: ReturnType<typeof createDeployer>;

  beforeEach(async () => {
    home = await temporaryFolder();
    namespace = await makeNamespace(cluster);
    repository = await makeRepository();
    deployer = createDeployer({ home, workspaces: createWorkspaces({ home }), access: { kubeconfig } });
  });

  type Release = Omit<Wish, 'repository'> & { fence?: Fence };
  const task = async ({ fence, ...wish }: Release) => {
    const watch = { window: '3s', interval: '200ms' };
    const made = await deployTask({
      repository,
      ...wish,
      settings: { target: 'helm', namespace, timeout: '30s', watch, ...wish.settings },
    });
    return { ...made, fence };
  };
  const deploy = async (release: Release) => perform(deployer.deployRelease, await task(release));
  const watch = async (release: Release) => perform(deployer.watchRelease, { task: await task(release), release: await deploy(release) });
  const rollBack = async (release: Release) => perform(deployer.rollBackRelease, { task: await task(release), reason: 'test' });
  const commit = (values: Parameters<typeof shopChart>[0]) => repository.commit(shopChart(values));
  const statuses = async () => (await revisionsOf(cluster, namespace, 'shop')).map(({ status }) => status);
  const version = async () => {
    const found = await cluster.read(`/api/v1/namespaces/${namespace}/configmaps/shop`);
    return found === undefined ? undefined : ConfigMap.parse(found).data.version;
  };

  it('installs and upgrades once per key, and goes back to the revision before', async () => {
    await commit({ version: 'one' });
    const one = await deploy({ name: 'one' });
    await commit({ version: 'two' });
    await deploy({ name: 'two' });
    await deploy({ name: 'two' });
    expect(await statuses()).toEqual(['superseded', 'deployed']);
    for (let time = 0; time < 2; time++) expect((await rollBack({ name: 'two' })).restored?.key).toBe(one.key);
    expect(await statuses()).toEqual(['superseded', 'superseded', 'deployed']);
    expect(await version()).toBe('one');
    expect((await watch({ name: 'one' })).verdict).toBe('pass');
  });

  it('catches pods that crash a second after Helm called them a success, and rolls them back', async () => {
    await commit({ version: 'one' });
    const one = await deploy({ name: 'one' });
    await commit({ version: 'two', labels: crashing });
    const release = await deploy({ name: 'two' });
    expect(await statuses()).toEqual(['superseded', 'deployed']);
    const health = await perform(deployer.watchRelease, { task: await task({ name: 'two' }), release });
    expect(health).toMatchObject({ verdict: 'fail', reason: expect.stringContaining('out of luck') as string });
    expect((await rollBack({ name: 'two' })).restored?.key).toBe(one.key);
    expect(await version()).toBe('one');
    expect((await watch({ name: 'one' })).verdict).toBe('pass');
  });

  it('leaves the one before in service when an upgrade fails, and removes a first one', async () => {
    await commit({ version: 'one' });
    const one = await deploy({ name: 'one' });
    await commit({ version: 'two', labels: neverReady });
    await expectFailure(deploy({ name: 'two', settings: { timeout: '2s' } }), 'DeployFailed', 'Helm could not upgrade');
    expect(await version()).toBe('one');
    expect((await perform(deployer.watchRelease, { task: await task({ name: 'one' }), release: one })).verdict).toBe('pass');
    expect(await rollBack({ name: 'one' })).toEqual({ undone: true, restored: undefined });
    expect(await version()).toBeUndefined();
  });

  it('recovers what a killed Helm left pending, and then deploys once', async () => {
    await commit({ version: 'one' });
    await deploy({ name: 'one' });
    await commit({ version: 'two', labels: neverReady });
    const worker = deployInChild({ home, task: await task({ name: 'stuck' }), kubeconfig });
    await expect.poll(statuses, { timeout: 30_000 }).toEqual(['deployed', 'pending-upgrade']);
    worker.kill('SIGKILL');
    const helms = await pidsWith(`MAINSTAY_RELEASE=helm/${home}/`);
    expect(helms.length).toBeGreaterThan(0);
    for (const pid of helms) process.kill(Number(pid), 'SIGKILL');
    expect(await statuses()).toEqual(['deployed', 'pending-upgrade']);

    await commit({ version: 'three' });
    await deploy({ name: 'three' });
    expect(await version()).toBe('three');
    expect(await statuses()).toEqual(['superseded', 'pending-upgrade', 'superseded', 'deployed']);
  });

  it('ends the Helm of a worker that was killed before another one starts, and upgrades once', async () => {
    await commit({ version: 'one' });
    const order = await task({ name: 'one' });
    const worker = deployInChild({ home, task: order, kubeconfig });
    await expect.poll(statuses, { timeout: 30_000, interval: 5 }).toEqual(['pending-install']);
    worker.kill('SIGKILL');
    const release = await deploy({ name: 'one' });
    expect(await statuses()).toEqual(['deployed']);
    // Another machine, which has no record of it, finds by the label that it has happened.
    const elsewhere = createDeployer({ home: await temporaryFolder(), workspaces: createWorkspaces({ home }), access: { kubeconfig } });
    expect((await perform(elsewhere.deployRelease, order)).digest).toBe(release.digest);
    expect(await statuses()).toEqual(['deployed']);
  });

  it('hands the built image in by digest, and single values as they are', async () => {
    const digest = `sha256:${'d'.repeat(64)}`;
    const built = {
      name: 'shop',
      kind: 'image' as const,
      digest: `sha256:${'e'.repeat(64)}`,
      reference: `registry.example/cart@${digest}`,
    };
    const needs = { build: { passed: true, digest: 'd', artifacts: [built] } };
    await commit({ version: 'one' });
    await expectFailure(deploy({ name: 'one', needs }), 'InvalidConfiguration', 'with.image_values');
    const image_values = { repository: 'image.repository', digest: 'image.digest' };
    const odd = 'a,b={c} "d" $(e)';
    expect((await deploy({ name: 'one', needs, settings: { image_values, set: { version: odd } } })).digest).toBe(digest);
    const deployment = JSON.stringify(await cluster.read(`/apis/apps/v1/namespaces/${namespace}/deployments/shop`));
    expect(deployment).toContain(`"image":"${built.reference}"`);
    expect(await version()).toBe(odd);
  });

  it('refuses a holder whose lock was given to somebody else, from any machine', async () => {
    const at = (token: number): Fence => ({ resource: 'env:acme/shop/staging', token });
    await commit({ version: 'new' });
    await deploy({ name: 'new', fence: at(8) });
    const elsewhere = createDeployer({ home: await temporaryFolder(), workspaces: createWorkspaces({ home }), access: { kubeconfig } });
    await expectFailure(perform(elsewhere.deployRelease, await task({ name: 'old', fence: at(7) })), 'LockLost', 'token 8 after 7');
    await expectFailure(rollBack({ name: 'new', fence: at(7) }), 'LockLost', 'token 8 after 7');
    expect(await statuses()).toEqual(['deployed']);
  });

  it.each([
    ['a chart that is not there', {}, { chart: 'charts/shop' }, 'InvalidConfiguration', 'Chart.yaml'],
    ['a chart outside of the repository', {}, { chart: '../other' }, 'PathOutsideRepository', '../other'],
    ['a values file that is not there', {}, { values: 'values-prod.yaml' }, 'InvalidConfiguration', 'values-prod.yaml'],
    ['values that expand without end', { 'bomb.yaml': bomb() }, { values: 'bomb.yaml' }, 'InvalidConfiguration', 'huge or endless'],
    ['a path of a value that is none', {}, { set: { 'a=b,c': 1 } }, 'InvalidConfiguration', 'set["a=b,c"]'],
    ['a chart that reaches over the whole cluster', { 'chart/templates/x.yaml': role }, {}, 'InvalidConfiguration', 'ClusterRole/shop'],
    ['a chart that needs another from outside', { 'chart/Chart.yaml': needy }, {}, 'DeployFailed', 'missing in charts'],
  ] as const)('refuses %s', async (_, files, settings, type, text) => {
    await repository.commit({ ...shopChart({ version: 'one' }), ...files });
    await expectFailure(deploy({ name: 'one', settings }), type, text);
    expect(await statuses()).toEqual([]);
  });
});

const role = 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: shop }\nrules: []\n';
const needy =
  'apiVersion: v2\nname: shop\nversion: 0.1.0\ndependencies: [{ name: db, version: 1.0.0, repository: "http://127.0.0.1:1/charts" }]\n';

function bomb(): string {
  const lines = Array.from({ length: 9 }, (_, level) => `a${level + 1}: &a${level + 1} [${Array(9).fill(`*a${level}`).join(', ')}]`);
  return ['a0: &a0 [lol]', ...lines].join('\n');
}
