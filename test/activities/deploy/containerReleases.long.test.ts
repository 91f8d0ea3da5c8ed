import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDeployer } from '../../../activities/deploy/deployer.ts';
import { stopAllReleases } from '../../../activities/deploy/inService.ts';
import { createWorkspaces } from '../../../activities/lib/workspaces.ts';
import { failureMessage, failureType } from '../../../schemas/failures.ts';
import type { Artifact } from '../../../schemas/stage.ts';
import { deriveImage, dockerIfThere, makeServiceImage } from '../../support/dockerImages.ts';
import { makeRepository, temporaryFolder, type TestRepository } from '../../support/gitRepository.ts';
import { answerOf, deployInChild, deployTask, perform, type Wish } from '../../support/releases.ts';

const docker = await dockerIfThere();

describe.skipIf(!docker || process.platform !== 'linux')('releases as containers (needs Linux and a Docker daemon)', () => {
  if (!docker) return;
  const version = randomUUID().slice(0, 8);
  const images: string[] = [];
  let home: string;
  let repository: TestRepository;
  let deployer: ReturnType<typeof createDeployer>;

  beforeAll(async () => {
    images.push(await makeServiceImage(docker, `${version}-one`));
    images.push(await deriveImage(docker, images[0] ?? '', `${version}-two`));
  });

  afterAll(async () => {
    for (const image of images.reverse()) await docker.getImage(image).remove({ force: true });
  });

  beforeEach(async () => {
    home = await temporaryFolder();
    repository = await makeRepository();
    await repository.commit({ 'README.md': '' });
    deployer = createDeployer({ home, workspaces: createWorkspaces({ home }), docker });
  });

  afterEach(async () => {
    expect(await stopAllReleases({ home, docker })).toEqual([]);
    expect(await containersOf(repository)).toEqual([]);
  });

  const containersOf = async ({ path }: TestRepository) => {
    const all = await docker.listContainers({ all: true, filters: { label: ['mainstay.release'] } });
    return all.filter(({ Labels }) => Labels['mainstay.release']?.includes(path));
  };
  const task = (wish: Omit<Wish, 'repository'>) =>
    deployTask({
      repository,
      trusted: false,
      ...wish,
      settings: { target: 'docker', image: images[0], health: { path: '/' }, ...wish.settings },
    });
  const deploy = async (wish: Omit<Wish, 'repository'>) => perform(deployer.deployRelease, await task(wish));

  it('runs an image on a loopback port with no more rights than it needs, and a watch finds it well', async () => {
    const release = await deploy({ name: 'one' });
    expect(await answerOf(release.url)).toContain(`version ${version}-one`);
    const [entry] = await containersOf(repository);
    const { HostConfig, Config } = await docker.getContainer(entry?.Id ?? '').inspect();
    expect(Object.values(HostConfig.PortBindings as object)).toEqual([[expect.objectContaining({ HostIp: '127.0.0.1' })]]);
    expect(HostConfig).toMatchObject({ CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'], RestartPolicy: { Name: 'unless-stopped' } });
    expect(Config.Labels).toMatchObject({ 'mainstay.environment': 'staging', 'mainstay.slug': 'acme/shop' });
    expect((await perform(deployer.watchRelease, { task: await task({ name: 'one' }), release })).verdict).toBe('pass');
  });

  it('runs the image that the build made, by its digest, without being told a target', async () => {
    const { Id } = await docker.getImage(images[1] ?? '').inspect();
    const built: Artifact = { name: 'image', kind: 'image', digest: Id, reference: images[0] };
    const needs = { build: { passed: true, digest: 'd', artifacts: [built] } };
    const release = await deploy({ name: 'one', needs, settings: { target: 'auto', image: undefined } });
    expect(release).toMatchObject({ target: 'docker', digest: Id });
    expect(await answerOf(release.url)).toContain(`version ${version}-two`);
  });

  it.each([
    ['turns unhealthy', { BEHAVIOUR: 'ill', AFTER: '300' }, /answered 503/],
    ['dies again and again, however often the daemon restarts it', { BEHAVIOUR: 'dies', AFTER: '500' }, /died[^]*out of luck/],
  ])('rolls back to the digest before when the release %s', async (_, env, reason) => {
    const one = await deploy({ name: 'one' });
    const wish = { name: 'two', env, settings: { image: images[1], watch: { window: '8s', interval: '100ms', tolerate: 3 } } };
    const two = await deploy(wish);
    expect(two).toMatchObject({ previous: one.key });
    expect(two.digest).not.toBe(one.digest);
    expect(await answerOf(one.url)).toBeUndefined();

    const health = await perform(deployer.watchRelease, { task: await task(wish), release: two });
    expect(health.verdict).toBe('fail');
    expect(health.reason).toMatch(reason);
    for (let time = 0; time < 2; time++) {
      const back = await perform(deployer.rollBackRelease, { task: await task(wish), reason: health.reason });
      expect(back).toMatchObject({ undone: true, restored: { key: one.key, digest: one.digest } });
      expect(await answerOf(one.url)).toContain(`version ${version}-one`);
      expect(await answerOf(two.url)).toBeUndefined();
    }
  });

  it('leaves the release before in service when the new one dies at once', async () => {
    const one = await deploy({ name: 'one' });
    const error: unknown = await deploy({ name: 'bad', env: { BEHAVIOUR: 'crash' } }).catch((reason: unknown) => reason);
    expect(failureType(error)).toBe('DeployFailed');
    expect(failureMessage(error)).toContain('no database there');
    expect(await answerOf(one.url)).toContain('version');
  });

  it('goes on with a container whose worker was killed before it could tell, instead of making a second', async () => {
    const wish = { name: 'one', env: { BEHAVIOUR: 'slow', AFTER: '4000' } };
    const worker = deployInChild({ home, task: await task(wish), docker: true });
    await expect.poll(async () => (await containersOf(repository))[0]?.State, { timeout: 30_000 }).toBe('running');
    const [started] = await containersOf(repository);
    worker.kill('SIGKILL');

    const release = await deploy(wish);
    expect((await containersOf(repository)).map(({ Id }) => Id)).toEqual([started?.Id]);
    expect(await answerOf(release.url)).toContain('version');
  });

  it('says which image it could not get', async () => {
    const error: unknown = await deploy({ name: 'one', settings: { image: 'localhost:1/nobody/nothing:1' } }).catch(
      (reason: unknown) => reason,
    );
    expect(failureType(error)).toBe('DeployFailed');
    expect(failureMessage(error)).toContain('localhost:1/nobody/nothing:1');
  });
});
