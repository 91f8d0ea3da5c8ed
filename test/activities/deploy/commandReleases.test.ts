import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createDeployer } from '../../../activities/deploy/deployer.ts';
import { createWorkspaces } from '../../../activities/lib/workspaces.ts';
import { failureMessage, failureType } from '../../../schemas/failures.ts';
import { makeRepository, temporaryFolder, type TestRepository } from '../../support/gitRepository.ts';
import { deployInChild, deployTask, perform, pidsWith, type Wish } from '../../support/releases.ts';

// The outside world that a command changes: a file with a line for each act.
const deployScript = 'echo "deploy $MAINSTAY_ENVIRONMENT $MAINSTAY_COMMIT" >> "$WORLD"';
const rollbackScript = 'echo "rollback to ${MAINSTAY_PREVIOUS_DIGEST:-nothing}" >> "$WORLD"';

describe.skipIf(process.platform !== 'linux')('releases by command (found by /proc, so on Linux only)', () => {
  let home: string;
  let world: string;
  let repository: TestRepository;
  let deployer: ReturnType<typeof createDeployer>;

  beforeEach(async () => {
    home = await temporaryFolder();
    world = join(await temporaryFolder(), 'world');
    await writeFile(world, '');
    repository = await makeRepository();
    await repository.commit({ 'deploy.sh': deployScript });
    deployer = createDeployer({ home, workspaces: createWorkspaces({ home }) });
  });

  const acts = async () => (await readFile(world, 'utf8')).trim().split('\n');
  const task = ({ settings, ...wish }: Omit<Wish, 'repository'>) =>
    deployTask({ repository, ...wish, env: { WORLD: world }, settings: { target: 'command', start: 'sh deploy.sh', ...settings } });
  const deploy = async (wish: Omit<Wish, 'repository'>) => perform(deployer.deployRelease, await task(wish));
  const failed = (work: Promise<unknown>) =>
    work.then(
      () => ({ type: undefined, message: '' }),
      (error: unknown) => ({ type: failureType(error), message: failureMessage(error) }),
    );

  it('runs the command once in the commit, and takes it back once by the rollback command', async () => {
    const one = await deploy({ name: 'one' });
    const wish = { name: 'two', settings: { rollback: rollbackScript } };
    await deploy(wish);
    await deploy(wish);
    const { commit } = (await task(wish)).source;
    expect(await acts()).toEqual([`deploy staging ${commit}`, `deploy staging ${commit}`]);

    const order = { task: await task(wish), reason: 'test' };
    for (let time = 0; time < 2; time++) {
      expect(await perform(deployer.rollBackRelease, order)).toMatchObject({ undone: true, restored: { key: one.key } });
    }
    expect((await acts()).slice(2)).toEqual([`rollback to ${one.digest}`]);
  });

  it('waits for a command whose worker was killed, instead of running it again', async () => {
    const wish = { name: 'one', settings: { start: 'echo began >> "$WORLD"; sleep 3; echo ended >> "$WORLD"' } };
    const worker = deployInChild({ home, task: await task(wish) });
    await expect.poll(acts, { timeout: 30_000 }).toEqual(['began']);
    worker.kill('SIGKILL');
    await deploy(wish);
    expect(await acts()).toEqual(['began', 'ended']);
  });

  it.each([
    ['asks a person when nothing can tell', undefined, 'DeployFailed', /a person must look/],
    ['believes the probe that says no', 'false', 'DeployFailed', /with\.probe says that/],
    ['believes the probe that says yes', 'true', undefined, /^$/],
  ])('when a command is ended from outside, %s', async (_, probe, type, message) => {
    const wish = { name: 'one', settings: { start: 'echo began >> "$WORLD"; sleep 60', probe } };
    const order = await task(wish);
    const deploying = failed(perform(deployer.deployRelease, order));
    await expect.poll(acts, { timeout: 30_000 }).toEqual(['began']);
    for (const pid of await pidsWith(order.effectKey)) process.kill(Number(pid), 'SIGKILL');

    const outcome = await deploying;
    expect(outcome.type).toBe(type);
    expect(outcome.message).toMatch(message);
    expect(await acts()).toEqual(['began']);
  });

  it('says how the command failed', async () => {
    const outcome = await failed(deploy({ name: 'one', settings: { start: 'echo no such cluster; exit 5' } }));
    expect(outcome).toEqual({ type: 'DeployFailed', message: expect.stringMatching(/exit code 5: no such cluster/) as string });
  });

  it('says that a command without a rollback has to be taken back by hand', async () => {
    await deploy({ name: 'one' });
    const outcome = await failed(perform(deployer.rollBackRelease, { task: await task({ name: 'one' }), reason: 'test' }));
    expect(outcome).toEqual({ type: 'RollbackFailed', message: expect.stringContaining('with.rollback') as string });
  });

  it.each([
    ['a repository that nobody vouched for', { trusted: false }, 'IsolationUnavailable', /--trusted/],
    ['no command', { settings: { start: undefined } }, 'InvalidConfiguration', /with\.start/],
    ['a setting that does not exist', { settings: { strat: 'x' } }, 'InvalidConfiguration', /strat/],
  ])('refuses %s', async (_, wish, type, message) => {
    const outcome = await failed(deploy({ name: 'one', ...wish }));
    expect(outcome.type).toBe(type);
    expect(outcome.message).toMatch(message);
    expect(await acts()).toEqual(['']);
  });
});
