import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDeployer } from '../../../activities/deploy/deployer.ts';
import { passFence } from '../../../activities/deploy/fence.ts';
import { createWorkspaces } from '../../../activities/lib/workspaces.ts';
import type { Fence } from '../../../schemas/locks.ts';
import { expectFailure } from '../../support/failures.ts';
import { makeRepository, temporaryFolder } from '../../support/gitRepository.ts';
import { deployTask, perform, type Wish } from '../../support/releases.ts';
import { refusalOf } from '../../support/refusals.ts';

const at = (token: number, resource = 'env:production'): Fence => ({ resource, token });

describe('a fence', () => {
  it.each([
    ['without a token', { 'env:production': 8 }, undefined, { 'env:production': 8 }],
    ['for the first time', {}, at(3), { 'env:production': 3 }],
    ['for the same holder again', { 'env:production': 3 }, at(3), { 'env:production': 3 }],
    ['for a later holder', { 'env:production': 3 }, at(4), { 'env:production': 4 }],
    ['for another lock', { 'env:production': 3 }, at(1, 'env:other'), { 'env:production': 3, 'env:other': 1 }],
  ])('lets through %s', (_, seen, fence, left) => {
    expect(passFence(seen, fence)).toEqual(left);
  });

  it('keeps out who was replaced, whatever the lock is called', () => {
    expect(refusalOf(() => passFence({ 'env:production': 8 }, at(7)))).toMatch(/^LockLost: .*token 8 after 7/);
    expect(refusalOf(() => passFence({}, at(0, 'toString')))).toBe('accepted');
  });
});

describe.skipIf(process.platform !== 'linux')('an environment of this machine (found by /proc, so on Linux only)', () => {
  async function environment() {
    const home = await temporaryFolder();
    const world = join(home, 'world');
    const repository = await makeRepository();
    await repository.commit({ 'README.md': '' });
    const deployer = createDeployer({ home, workspaces: createWorkspaces({ home }) });
    const line = (act: string) => `echo "${act} $MAINSTAY_FENCE_RESOURCE \${MAINSTAY_FENCE:-none}" >> "$WORLD"`;
    const settings = { target: 'command', start: line('deploy'), rollback: line('rollback') };
    const task = async (wish: Pick<Wish, 'name'>, fence?: Fence) => ({
      ...(await deployTask({ repository, ...wish, env: { WORLD: world }, settings })),
      fence,
    });
    const acts = async () => (await readFile(world, 'utf8')).trim().split('\n');
    return { deployer, task, acts };
  }

  it('tells commands the token, and neither deploys nor takes back for a holder that was replaced', async () => {
    const { deployer, task, acts } = await environment();
    await perform(deployer.deployRelease, await task({ name: 'one' }, at(5)));
    await perform(deployer.deployRelease, await task({ name: 'two' }, at(6)));
    await expectFailure(perform(deployer.deployRelease, await task({ name: 'three' }, at(5))), 'LockLost', 'token 6 after 5');
    await expectFailure(
      perform(deployer.rollBackRelease, { task: await task({ name: 'two' }, at(5)), reason: 'test' }),
      'LockLost',
      'token 6 after 5',
    );
    // Nor does it hear that what it did before is still there.
    await expectFailure(perform(deployer.deployRelease, await task({ name: 'one' }, at(5))), 'LockLost', 'token 6 after 5');
    expect((await perform(deployer.rollBackRelease, { task: await task({ name: 'two' }, at(7)), reason: 'test' })).undone).toBe(true);
    expect(await acts()).toEqual(['deploy env:production 5', 'deploy env:production 6', 'rollback env:production 7']);
  });

  it('asks nothing of a deploy without a lock', async () => {
    const { deployer, task, acts } = await environment();
    await perform(deployer.deployRelease, await task({ name: 'one' }, at(5)));
    await perform(deployer.deployRelease, await task({ name: 'two' }));
    expect((await acts())[1]).toBe('deploy  none');
  });

  it('is never changed by a commit of a fork', async () => {
    const { deployer, task } = await environment();
    const order = await task({ name: 'one' });
    const fork = { ...order, source: { ...order.source, fork: true } };
    await expectFailure(perform(deployer.deployRelease, fork), 'NotAuthorized', 'a commit of a fork is never deployed');
  });
});
