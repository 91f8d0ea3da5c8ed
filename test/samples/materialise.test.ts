import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createDeployer } from '../../activities/deploy/deployer.ts';
import { stopAllReleases } from '../../activities/deploy/inService.ts';
import { createWorkspaces } from '../../activities/lib/workspaces.ts';
import { materialiseSample } from '../../samples/materialise.ts';
import { PipelineFile } from '../../schemas/pipelineFile.ts';
import { ProjectFile } from '../../schemas/projectFile.ts';
import { temporaryFolder, type TestRepository } from '../support/gitRepository.ts';
import { answerOf, deployTask, perform } from '../support/releases.ts';

describe('materialiseSample', () => {
  it('makes a repository with the same commit everywhere, and leaves it alone when nothing changed', async () => {
    const homes = [await temporaryFolder(), await temporaryFolder()];
    const paths = await Promise.all(homes.map((home) => materialiseSample({ name: 'greeter', home })));
    const commits = await Promise.all(paths.map((path) => git(path, ['rev-parse', 'HEAD'])));
    expect(commits[0]).toBe(commits[1]);
    expect(await git(paths[0] ?? '', ['status', '--porcelain'])).toBe('');

    await writeFile(join(paths[0] ?? '', 'mine.txt'), 'x');
    await materialiseSample({ name: 'greeter', home: homes[0] ?? '' });
    expect(await readFile(join(paths[0] ?? '', 'mine.txt'), 'utf8')).toBe('x');
  });

  it('makes it anew when the files of the sample changed, but keeps what somebody has committed since', async () => {
    const home = await temporaryFolder();
    const path = await materialiseSample({ name: 'greeter', home });
    const commit = await git(path, ['rev-parse', 'HEAD']);
    const older = async () => {
      await execa('git', ['-C', path, '-c', 'user.name=A', '-c', 'user.email=a@b', 'commit', '--allow-empty', '-qm', 'older']);
      return await git(path, ['rev-parse', 'HEAD']);
    };
    await writeFile(join(path, '.git', 'mainstay-sample'), await older());
    await materialiseSample({ name: 'greeter', home });
    expect(await git(path, ['rev-parse', 'HEAD'])).toBe(commit);

    const theirs = await older();
    await writeFile(join(path, '.git', 'mainstay-sample'), '0'.repeat(40));
    await materialiseSample({ name: 'greeter', home });
    expect(await git(path, ['rev-parse', 'HEAD'])).toBe(theirs);
  });
});

describe('the greeter', () => {
  it('holds rules that are valid, a lock file without hosts, and a service that deploys as they say', async () => {
    const home = await temporaryFolder();
    const path = await materialiseSample({ name: 'greeter', home });
    const text = (name: string) => readFile(join(path, name), 'utf8');
    const { stages } = PipelineFile.parse(parse(await text('.mainstay/pipeline.yml'))).pipeline;
    expect(ProjectFile.parse(parse(await text('.mainstay/project.yml'))).environments['staging']).toMatchObject({ protected: true });
    expect(await text('package-lock.json')).not.toContain('"resolved"');

    const repository: Pick<TestRepository, 'path' | 'git'> = { path, git: (args) => git(path, args) };
    const settings = Array.isArray(stages) ? {} : (stages['deploy']?.with ?? {});
    const task = await deployTask({ repository, name: 'greeter', settings: { ...settings, target: 'process' } });
    const deployer = createDeployer({ home, workspaces: createWorkspaces({ home }) });
    const release = await perform(deployer.deployRelease, task);
    expect(await answerOf(`${release.url}/greet?name=Ada&language=fr`)).toBe('{"greeting":"Bonjour, Ada!"}\n');
    expect((await perform(deployer.watchRelease, { task, release })).verdict).toBe('pass');
    expect(await stopAllReleases({ home })).toEqual([]);
    expect(await answerOf(release.url)).toBeUndefined();
  });
});

async function git(path: string, args: readonly string[]): Promise<string> {
  return (await execa('git', ['-C', path, ...args])).stdout;
}
