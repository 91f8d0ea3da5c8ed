import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDeployer } from '../../../activities/deploy/deployer.ts';
import { listReleases, stopAllReleases, stopRelease } from '../../../activities/deploy/inService.ts';
import { createWorkspaces } from '../../../activities/lib/workspaces.ts';
import { failureType } from '../../../schemas/failures.ts';
import { makeRepository, temporaryFolder, type TestRepository } from '../../support/gitRepository.ts';
import { answerOf, deployInChild, deployTask, perform, pidsWith, type Wish } from '../../support/releases.ts';
import { serviceSource } from '../../support/service.ts';

describe.skipIf(process.platform !== 'linux')('releases as processes (found by /proc, so on Linux only)', () => {
  let home: string;
  let repository: TestRepository;
  let deployer: ReturnType<typeof createDeployer>;

  beforeEach(async () => {
    home = await temporaryFolder();
    repository = await makeRepository();
    await repository.commit({ 'server.js': serviceSource, 'package.json': '{"main":"server.js"}' });
    deployer = createDeployer({ home, workspaces: createWorkspaces({ home }) });
  });

  afterEach(async () => {
    expect(await stopAllReleases({ home })).toEqual([]);
    expect(await pidsWith(home)).toEqual([]);
  });

  const task = (wish: Omit<Wish, 'repository'>) =>
    deployTask({
      repository,
      ...wish,
      settings: { target: 'process', ...wish.settings },
      env: { TEST_HOME: home, VERSION: wish.name, ...wish.env },
    });
  const deploy = async (wish: Omit<Wish, 'repository'>) => perform(deployer.deployRelease, await task(wish));
  const failed = async (work: Promise<unknown>) => {
    const error: unknown = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    return { type: failureType(error), message: String(error) };
  };

  it('puts a commit into service, and a watch finds it well', async () => {
    const wish = { name: 'one' };
    const release = await deploy(wish);
    expect(await answerOf(release.url)).toContain('version one');
    expect(release).toMatchObject({ target: 'process', environment: 'staging', digest: `gitTree:${(await task(wish)).source.tree}` });
    const health = await perform(deployer.watchRelease, { task: await task(wish), release });
    expect(health).toMatchObject({ verdict: 'pass', failed: 0 });
  });

  it('replaces the release before only when the new one is well, and frees its port', async () => {
    const one = await deploy({ name: 'one' });
    const two = await deploy({ name: 'two' });
    expect(two.previous).toBe(one.key);
    expect(await answerOf(one.url)).toBeUndefined();
    expect(await answerOf(two.url)).toContain('version two');
    expect((await listReleases(home)).map(({ key }) => key)).toEqual([two.key]);
  });

  it('takes over a fixed port', async () => {
    const free = await deploy({ name: 'zero' });
    const publish = Number(new URL(free.url ?? '').port) + 1;
    const one = await deploy({ name: 'one', settings: { publish } });
    const two = await deploy({ name: 'two', settings: { publish } });
    expect(two.url).toBe(one.url);
    expect(await answerOf(two.url)).toContain('version two');
    const back = await perform(deployer.rollBackRelease, { task: await task({ name: 'two', settings: { publish } }), reason: 'test' });
    expect(back.restored?.key).toBe(one.key);
    expect(await answerOf(one.url)).toContain('version one');
  });

  it('does it once, however often it is asked', async () => {
    const first = await deploy({ name: 'one' });
    const answer = await answerOf(first.url);
    expect(await deploy({ name: 'one' })).toEqual(first);
    expect(await answerOf(first.url)).toBe(answer);
  });

  it.each([
    ['dies at once', { BEHAVIOUR: 'crash' }, 'DeployFailed', /no database there[^]*exit code 3/],
    ['answers that it is not well', { BEHAVIOUR: 'ill' }, 'UnhealthyRelease', /answered 503/],
  ])('leaves the release before in service when the new one %s', async (_, env, type, message) => {
    const one = await deploy({ name: 'one' });
    const bad = { name: 'bad', env, settings: { ready_within: '700ms', health: { path: '/' } } };
    const failure = await failed(deploy(bad));
    expect(failure).toEqual({ type, message: expect.stringMatching(message) as string });
    expect(await answerOf(one.url)).toContain('version one');
    expect(await perform(deployer.rollBackRelease, { task: await task(bad), reason: 'test' })).toMatchObject({ undone: false });
    expect(await answerOf(one.url)).toContain('version one');
  });

  it.each([
    ['turns unhealthy', { BEHAVIOUR: 'ill', AFTER: '600' }, /answered 503/],
    ['is well for a moment and then dies', { BEHAVIOUR: 'dies', AFTER: '900' }, /died[^]*out of luck/],
  ])('rolls back to the digest before when the release %s', async (_, env, reason) => {
    const one = await deploy({ name: 'one' });
    await repository.commit({ 'new.txt': 'x' });
    const wish = { name: 'two', env, settings: { health: { path: '/' }, watch: { window: '5s', interval: '100ms' } } };
    const two = await deploy(wish);
    expect(two.digest).not.toBe(one.digest);

    const health = await perform(deployer.watchRelease, { task: await task(wish), release: two });
    expect(health.verdict).toBe('fail');
    expect(health.reason).toMatch(reason);

    const order = { task: await task(wish), reason: health.reason };
    for (let time = 0; time < 2; time++) {
      const back = await perform(deployer.rollBackRelease, order);
      expect(back).toMatchObject({ undone: true, restored: { key: one.key, digest: one.digest } });
      expect(await answerOf(back.restored?.url)).toContain('version one');
      expect(await answerOf(two.url)).toBeUndefined();
    }
  });

  it('stops a first release that has none before it, and refuses to deploy it late', async () => {
    const release = await deploy({ name: 'one' });
    const order = { task: await task({ name: 'one' }), reason: 'test' };
    expect(await perform(deployer.rollBackRelease, order)).toEqual({ undone: true, restored: undefined });
    expect(await answerOf(release.url)).toBeUndefined();
    expect((await failed(deploy({ name: 'one' }))).type).toBe('DeployFailed');
  });

  it('undoes nothing when nothing was deployed', async () => {
    const order = { task: await task({ name: 'never' }), reason: 'test' };
    expect(await perform(deployer.rollBackRelease, order)).toEqual({ undone: false, restored: undefined });
  });

  it('lets two deploys at once follow each other', async () => {
    const releases = await Promise.all([deploy({ name: 'one' }), deploy({ name: 'two' })]);
    const [current, ...others] = await listReleases(home);
    expect(others).toEqual([]);
    const replaced = releases.find(({ key }) => key === current?.previous);
    expect(replaced).toBeDefined();
    expect(await answerOf(replaced?.url)).toBeUndefined();
    expect(await answerOf(current?.url)).toContain('version');
  });

  it('leaves nothing of a deploy that was cancelled, once it is taken back', async () => {
    const one = await deploy({ name: 'one' });
    const wish = { name: 'two', env: { BEHAVIOUR: 'slow', AFTER: '60000' }, settings: { health: { path: '/' } } };
    const order = await task(wish);
    const cancel = new AbortController();
    const deploying = perform(deployer.deployRelease, order, cancel.signal).catch((error: unknown) => error);
    await expect.poll(() => pidsWith(order.effectKey), { timeout: 20_000 }).toHaveLength(3);
    cancel.abort();
    expect(await deploying).toBeInstanceOf(Error);

    await perform(deployer.rollBackRelease, { task: order, reason: 'cancelled' });
    expect(await pidsWith(order.effectKey)).toEqual([]);
    expect(await answerOf(one.url)).toContain('version one');
  });

  it('installs what a service needs to run, without its tools', async () => {
    const manifest = { main: 'server.js', dependencies: { greeting: 'file:greeting' }, devDependencies: { nothing: 'file:nowhere' } };
    const greeting = { name: 'greeting', version: '1.0.0' };
    await repository.commit({
      'package.json': JSON.stringify(manifest),
      'greeting/package.json': JSON.stringify(greeting),
      'server.js': `require('greeting/package.json');${serviceSource}`,
    });
    const release = await deploy({ name: 'one' });
    expect(await answerOf(release.url)).toContain('version one');
  });

  it('watches a service without a port for staying alive', async () => {
    const settings = { health: { none: true }, start: 'sleep 2; echo tired; exit 4', watch: { window: '6s', interval: '200ms' } };
    const release = await deploy({ name: 'one', settings });
    expect(release.url).toBeUndefined();
    const health = await perform(deployer.watchRelease, { task: await task({ name: 'one', settings }), release });
    expect(health).toMatchObject({ verdict: 'fail', reason: expect.stringMatching(/tired[^]*exit code 4/) as string });
  });

  it('cannot tell when the probe itself does not work', async () => {
    const wish = { name: 'one', settings: { health: { command: '/nowhere/prober' }, watch: { window: '300ms', interval: '100ms' } } };
    const release = await deploy(wish);
    const health = await perform(deployer.watchRelease, { task: await task(wish), release });
    expect(health).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('could not run') as string, failed: 0 });
  });

  it('goes on with a release whose worker was killed before it could tell, instead of starting a second', async () => {
    const wish = { name: 'one', settings: { health: { path: '/' } }, env: { BEHAVIOUR: 'slow', AFTER: '5000' } };
    const order = await task(wish);
    const worker = deployInChild({ home, task: order });
    await expect.poll(() => pidsWith(`MAINSTAY_RELEASE=${order.effectKey}`), { timeout: 30_000 }).toHaveLength(3);
    const started = await pidsWith(`MAINSTAY_RELEASE=${order.effectKey}`);
    worker.kill('SIGKILL');

    const release = await deploy(wish);
    expect(await pidsWith(`MAINSTAY_RELEASE=${order.effectKey}`)).toEqual(started);
    expect(await answerOf(release.url)).toContain('version one');
  });

  it('refuses code that nobody vouched for, and says how to go on', async () => {
    expect(await failed(deploy({ name: 'one', trusted: false }))).toEqual({
      type: 'IsolationUnavailable',
      message: expect.stringMatching(/--trusted/) as string,
    });
  });

  it('takes an environment out of service', async () => {
    const one = await deploy({ name: 'one' });
    expect(await stopRelease({ home, slug: 'acme/shop', environment: 'production' })).toBeUndefined();
    expect(await stopRelease({ home, slug: 'acme/shop', environment: 'staging' })).toMatchObject({ key: one.key });
    expect(await answerOf(one.url)).toBeUndefined();
    expect(await listReleases(home)).toEqual([]);
  });
});
