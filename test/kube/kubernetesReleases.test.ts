import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createDeployer } from '../../activities/deploy/deployer.ts';
import { createWorkspaces } from '../../activities/lib/workspaces.ts';
import { failureType } from '../../schemas/failures.ts';
import type { Fence } from '../../schemas/locks.ts';
import { expectFailure } from '../support/failures.ts';
import { makeRepository, temporaryFolder, type TestRepository } from '../support/gitRepository.ts';
import { kubeIfThere, makeNamespace } from '../support/kube/namespaces.ts';
import { crashing, neverReady, restarting, shopManifests, type ShopWish } from '../support/kube/shopManifests.ts';
import { deployInChild, deployTask, perform, type Wish } from '../support/releases.ts';

const kube = kubeIfThere();
const ReplicaSets = z.object({
  items: z.array(z.object({ metadata: z.object({ name: z.string() }), status: z.object({ replicas: z.number() }) })),
});
const Named = z.object({
  metadata: z.object({ uid: z.string(), annotations: z.record(z.string(), z.string()).default({}) }),
  data: z.record(z.string(), z.string()).optional(),
  spec: z.looseObject({}).optional(),
});

describe.skipIf(!kube)('releases as objects of a cluster (needs a control plane)', () => {
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

  const task = async ({ fence, ...wish }: Release) => {
    const watch = { window: '3s', interval: '200ms' };
    const made = await deployTask({
      repository,
      ...wish,
      settings: { target: 'kubernetes', namespace, ready_within: '20s', watch, ...wish.settings },
    });
    return { ...made, fence };
  };
  type Release = Omit<Wish, 'repository'> & { fence?: Fence };
  const deploy = async (release: Release) => perform(deployer.deployRelease, await task(release));
  const watch = async (release: Release) => perform(deployer.watchRelease, { task: await task(release), release: await deploy(release) });
  const rollBack = async (release: Release) => perform(deployer.rollBackRelease, { task: await task(release), reason: 'test' });
  const commit = (wish: ShopWish) => repository.commit({ 'k8s/shop.yaml': shopManifests(wish) });
  const replicaSets = async () => {
    const found = await cluster.read(`/apis/apps/v1/namespaces/${namespace}/replicasets`, { labelSelector: 'app=shop' });
    return ReplicaSets.parse(found).items.map(({ metadata, status }) => ({ name: metadata.name, pods: status.replicas }));
  };
  const object = async (path: string) => {
    const found = await cluster.read(path.replace('NS', namespace));
    return found === undefined ? undefined : Named.parse(found);
  };
  const version = async () => (await object('/api/v1/namespaces/NS/configmaps/shop'))?.data?.['version'];

  it.each(['Deployment', 'StatefulSet', 'DaemonSet'] as const)(
    'deploys a %s, marked with its key and commit, and a watch finds it well',
    async (kind) => {
      const sha = await commit({ version: 'one', kind });
      const health = await watch({ name: 'one' });
      expect(health).toMatchObject({ verdict: 'pass', failed: 0 });
      const made = await object(`/apis/apps/v1/namespaces/NS/${kind.toLowerCase()}s/shop`);
      expect(made?.metadata.annotations).toMatchObject({
        'mainstay.dev/effect-key': (await task({ name: 'one' })).effectKey,
        'mainstay.dev/commit': sha,
      });
    },
  );

  it('updates what is there, makes no new ReplicaSet when nothing changed, and goes back to the one before', async () => {
    await commit({ version: 'one' });
    const one = await deploy({ name: 'one' });
    const [first] = await replicaSets();
    await deploy({ name: 'again' });
    expect(await replicaSets()).toEqual([first]);
    await commit({ version: 'two' });
    const two = await deploy({ name: 'two' });
    expect(await replicaSets()).toHaveLength(2);
    expect(two.digest).not.toBe(one.digest);

    expect(await rollBack({ name: 'two' })).toMatchObject({ undone: true, restored: { digest: one.digest } });
    expect(await version()).toBe('one');
    await expect.poll(async () => (await replicaSets()).find(({ pods }) => pods > 0)?.name).toBe(first?.name);
  });

  it.each([
    ['crash', 'Deployment', crashing, /out of luck/],
    ['are restarted', 'Deployment', restarting, /OOMKilled.*restarted/],
    ['are restarted', 'StatefulSet', restarting, /OOMKilled.*restarted/],
    ['are restarted', 'DaemonSet', restarting, /OOMKilled.*restarted/],
  ] as const)(
    'fails the watch of pods that %s a second after they were ready (%s), and goes back to the last good ones',
    async (_, kind, labels, reason) => {
      await commit({ version: 'one', kind });
      const one = await deploy({ name: 'one' });
      await commit({ version: 'two', kind, labels });
      const health = await watch({ name: 'two' });
      expect(health.verdict).toBe('fail');
      expect(health.reason).toMatch(reason);
      expect((await rollBack({ name: 'two' })).restored?.key).toBe(one.key);
      expect(await version()).toBe('one');
      expect((await watch({ name: 'one' })).verdict).toBe('pass');
    },
  );

  it('leaves the one before in service when new pods do not become ready', async () => {
    await commit({ version: 'one' });
    const one = await deploy({ name: 'one' });
    await repository.commit({ 'k8s/extra.yaml': JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'extra' } }) });
    await commit({ version: 'two', labels: neverReady });
    await expectFailure(
      deploy({ name: 'two', settings: { ready_within: '2s' } }),
      'DeployFailed',
      'Deployment shop is not ready after 2 s',
    );
    expect(await version()).toBe('one');
    expect(await object('/api/v1/namespaces/NS/configmaps/extra')).toBeUndefined();
    expect((await perform(deployer.watchRelease, { task: await task({ name: 'one' }), release: one })).verdict).toBe('pass');
  });

  it('removes what a first release made when it is taken back, twice over', async () => {
    await commit({ version: 'one' });
    await deploy({ name: 'one' });
    for (let time = 0; time < 2; time++) expect(await rollBack({ name: 'one' })).toEqual({ undone: true, restored: undefined });
    await expect.poll(() => object('/apis/apps/v1/namespaces/NS/deployments/shop')).toBeUndefined();
    expect(await version()).toBeUndefined();
  });

  it('makes one revision, however often workers are killed on the way', async () => {
    await commit({ version: 'one' });
    const order = await task({ name: 'one' });
    for (const path of ['/api/v1/namespaces/NS/configmaps/shop', '/apis/apps/v1/namespaces/NS/deployments/shop']) {
      const worker = deployInChild({ home, task: order, kubeconfig });
      await expect.poll(() => object(path), { timeout: 30_000, interval: 5 }).toBeDefined();
      worker.kill('SIGKILL');
    }
    await deploy({ name: 'one' });
    expect(await replicaSets()).toHaveLength(1);
    expect(await object('/apis/apps/v1/namespaces/NS/deployments/shop')).toMatchObject({ spec: { replicas: 2 } });
    // Another machine, which has no record of it, finds by the key that it has happened.
    const { metadata } = (await object('/apis/apps/v1/namespaces/NS/deployments/shop')) ?? {};
    const elsewhere = createDeployer({ home: await temporaryFolder(), workspaces: createWorkspaces({ home }), access: { kubeconfig } });
    await perform(elsewhere.deployRelease, order);
    expect((await object('/apis/apps/v1/namespaces/NS/deployments/shop'))?.metadata.uid).toBe(metadata?.uid);
    expect(await replicaSets()).toHaveLength(1);
  });

  it('refuses a holder whose lock was given to somebody else, from any machine', async () => {
    const at = (token: number): Fence => ({ resource: 'env:acme/shop/staging', token });
    await commit({ version: 'new' });
    await deploy({ name: 'new', fence: at(8) });
    await commit({ version: 'old' });
    const elsewhere = createDeployer({ home: await temporaryFolder(), workspaces: createWorkspaces({ home }), access: { kubeconfig } });
    for (const each of [deployer, elsewhere]) {
      const old = await task({ name: 'old', fence: at(7) });
      await expectFailure(perform(each.deployRelease, old), 'LockLost', 'token 8 after 7');
    }
    await expectFailure(rollBack({ name: 'new', fence: at(7) }), 'LockLost', 'token 8 after 7');
    expect(await version()).toBe('new');
    expect((await rollBack({ name: 'new', fence: at(9) })).undone).toBe(true);
  });

  it('ends with the later holder when two deploy at once from two machines', async () => {
    await commit({ version: 'old' });
    const old = await task({ name: 'old', fence: { resource: 'env:acme/shop/staging', token: 7 } });
    await commit({ version: 'new' });
    const late = await task({ name: 'new', fence: { resource: 'env:acme/shop/staging', token: 8 } });
    const elsewhere = createDeployer({ home: await temporaryFolder(), workspaces: createWorkspaces({ home }), access: { kubeconfig } });
    const both = await Promise.allSettled([perform(elsewhere.deployRelease, old), perform(deployer.deployRelease, late)]);
    expect(both[1].status).toBe('fulfilled');
    if (both[0].status === 'rejected') expect(failureType(both[0].reason)).toBe('LockLost');
    expect(await version()).toBe('new');
    const { spec, metadata } = (await object('/apis/apps/v1/namespaces/NS/deployments/shop')) ?? {};
    expect(JSON.stringify(spec)).toContain('"value":"new"');
    expect(metadata?.annotations['mainstay.dev/effect-key']).toBe(late.effectKey);
  });

  it('puts the pushed image into its container by digest', async () => {
    const digest = `sha256:${'d'.repeat(64)}`;
    const built = {
      name: 'shop',
      kind: 'image' as const,
      digest: `sha256:${'e'.repeat(64)}`,
      reference: `registry.example/shop@${digest}`,
    };
    await commit({ version: 'one' });
    const release = await deploy({ name: 'one', needs: { build: { passed: true, digest: 'd', artifacts: [built] } } });
    expect(release.digest).toBe(digest);
    expect(JSON.stringify((await object('/apis/apps/v1/namespaces/NS/deployments/shop'))?.spec)).toContain(`"image":"${built.reference}"`);
  });

  it.each([
    ['a namespace that is missing', { settings: { namespace: 'nowhere' } }, 'DeployFailed', 'nowhere'],
    ['a context that the worker does not offer', { settings: { context: 'prod' } }, 'NotAuthorized', 'MAINSTAY_KUBE_CONTEXTS'],
    ['a repository that nobody vouched for', { trusted: false }, 'IsolationUnavailable', '--trusted'],
    ['manifests that are not there', { settings: { manifests: 'deploy/*.yaml' } }, 'InvalidConfiguration', 'deploy/*.yaml names no file'],
    ['a health command', { settings: { health: { command: 'true' } } }, 'InvalidConfiguration', 'readiness'],
  ] as const)('refuses %s', async (_, release, type, text) => {
    await commit({ version: 'one' });
    await expectFailure(deploy({ name: 'one', ...release }), type, text);
  });

  it('says what the cluster has against an object, and leaves nothing of the release', async () => {
    const broken = JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'broken' }, spec: { replicas: 'many' } });
    await repository.commit({ 'k8s/a.yaml': shopManifests({ version: 'one' }), 'k8s/b.yaml': broken });
    await expectFailure(deploy({ name: 'one' }), 'DeployFailed', 'the cluster does not take Deployment/broken');
    await expect.poll(() => object('/apis/apps/v1/namespaces/NS/deployments/shop')).toBeUndefined();
  });
});
