import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { createGroundAgent } from '../../../activities/source/groundAgent.ts';
import { PlanFeatureRequest } from '../../../schemas/buildFeature.ts';
import { expectFailure } from '../../support/failures.ts';
import { filesAt, siteOf, words, worker, workersFor } from '../../support/generated.ts';
import { makeRepository, temporaryFolder } from '../../support/gitRepository.ts';

describe('openGround', () => {
  it('finds the commit of a repository and reads its rules there', async () => {
    const { repository, agent, request } = await prepared();
    const first = await repository.commit({ 'project.yml': 'branches: [trunk]\n', a: '1' });
    await repository.commit({ 'project.yml': 'branches: [other]\n' });
    await writeFile(join(repository.path, 'a'), 'changed');
    const ground = await agent.openGround(request({ repository: repository.path, ref: first }));
    expect(ground).toMatchObject({ created: false, source: { commit: first }, rules: { branches: ['trunk'] } });
    expect(ground.notices).toEqual(['the working tree has uncommitted changes; the run uses the commit alone']);
  });

  it('takes the commit that was fixed when the run was asked for', async () => {
    const { repository, agent, request } = await prepared();
    const asked = await repository.commit({ a: '1' });
    await repository.commit({ a: '2' });
    expect((await agent.openGround(request({ repository: repository.path, commit: asked }))).source.commit).toBe(asked);
  });

  it('says what it cannot find or read', async () => {
    const { repository, agent, request } = await prepared();
    await repository.commit({ 'project.yml': 'branchs: [x]\n' });
    await expectFailure(
      agent.openGround(request({ repository: repository.path, ref: 'nope' })),
      'RefNotFound',
      'no branch, tag or commit nope',
    );
    await expectFailure(agent.openGround(request({ repository: repository.path })), 'InvalidConfiguration', 'branchs');
    await expectFailure(agent.openGround(request({ repository: join(repository.path, 'no') })), 'RepositoryNotFound', 'does not exist');
  });

  it('makes a repository with one empty commit that work can begin on, the same for every attempt', async () => {
    const { home, agent, here, request } = await prepared();
    const asked = request({ request: 'Café: an HTTP service, for orders/../x!' });
    const together = await Promise.all([agent.openGround(asked), agent.openGround(asked), agent.openGround(asked)]);
    const ground = await agent.openGround(asked);
    for (const other of together) expect(other).toEqual(ground);
    const { source, created, notices } = ground;
    expect({ created, notices }).toEqual({ created: true, notices: [`a new repository was made: ${source.repository}`] });
    expect(source).toMatchObject({ branch: 'main', dirty: false });
    expect(await readdir(join(home, 'projects'))).toEqual([expect.stringMatching(/^cafe-an-http-service-for-[0-9a-f]{16}$/)]);
    expect((await execa('git', ['-C', source.repository, 'status', '--porcelain', '--branch'])).stdout).toBe('## main');

    const change = await here.commits.commit({ source, on: source, files: [{ path: 'README.md', text: '# Hi\n' }], words });
    expect(await filesAt(here, source, change)).toEqual({ 'README.md': '# Hi\n' });
  });

  it('makes another repository for another run, and begins with the same commit everywhere', async () => {
    const { home, agent, request } = await prepared();
    const one = await agent.openGround(request({ request: '订单服务' }));
    const two = await agent.openGround(request({ request: '订单服务', key: 'other' }));
    expect(two.source.repository).not.toBe(one.source.repository);
    expect(two.source.commit).toBe(one.source.commit);
    expect(await readdir(join(home, 'projects'))).toEqual([expect.stringMatching(/^project-/), expect.stringMatching(/^project-/)]);
    expect(await readFile(join(one.source.repository, '.git', 'HEAD'), 'utf8')).toBe('ref: refs/heads/main\n');
  });
});

describe('adoptRef', () => {
  it('takes a branch, tag or commit as a change that the repository has', async () => {
    const { repository, agent } = await prepared();
    await repository.commit({ a: '1' });
    const { source } = await workersFor(repository);
    await repository.git(['checkout', '--quiet', '-b', 'by-hand']);
    const commit = await repository.commit({ a: '2' });
    const tree = await repository.git(['rev-parse', 'HEAD^{tree}']);
    await repository.git(['tag', 'v1']);
    for (const ref of ['by-hand', 'v1', commit]) expect(await agent.adoptRef({ site: siteOf(source), ref })).toEqual({ commit, tree });
  });

  it('refuses what is not there, and what has nothing to do with the start', async () => {
    const { repository, agent } = await prepared();
    await repository.commit({ a: '1' });
    const { source } = await workersFor(repository);
    await repository.git(['checkout', '--quiet', '--orphan', 'unrelated']);
    await repository.commit({ a: '2' });
    await expectFailure(agent.adoptRef({ site: siteOf(source), ref: 'unrelated' }), 'ChangeRefused', 'no history in common');
    await expectFailure(agent.adoptRef({ site: siteOf(source), ref: 'nope' }), 'RefNotFound', 'there are: ');
    await expectFailure(agent.adoptRef({ site: siteOf(source), ref: '--upload-pack=x' }), 'InvalidInput', 'not the name');
  });
});

async function prepared() {
  const home = await temporaryFolder();
  const here = worker({ home });
  const agent = createGroundAgent({ home, sources: here.sources });
  const request = ({ key = 'run-1', ...more }: { key?: string } & Partial<Record<keyof PlanFeatureRequest, unknown>>) => ({
    ...PlanFeatureRequest.parse({ request: 'Build a thing', ...more }),
    key,
  });
  return { repository: await makeRepository(), home, here, agent, request };
}
