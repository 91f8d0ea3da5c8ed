import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkRef, resolveRef } from '../../repository/refs.ts';
import { expectFailure } from '../support/failures.ts';
import { makeRepository, temporaryFolder } from '../support/gitRepository.ts';
import { serveGit } from '../support/gitHttp.ts';

describe('checkRef', () => {
  it.each(['main', 'HEAD', 'feature/#12', 'v1.0.0', 'refs/pull/3/head', 'dependabot/npm_and_yarn/@types/node-24', 'größe', 'a+b=c,d%'])(
    'takes %j',
    (ref) => {
      expect(checkRef(ref)).toBe(ref);
    },
  );

  it.each([
    '',
    '--upload-pack=touch x',
    '-oProxy=id',
    ';id',
    '$(id)',
    'a b',
    'a..b',
    'main~2',
    'main^',
    'a:b',
    'a@{1}',
    'x.lock',
    'a//b',
    '/a',
    'a/',
    'a\u0000b',
    '*',
    'a\\b',
  ])('refuses %j before git runs', (ref) => {
    expect(() => checkRef(ref)).toThrow(/is not the name of a branch or tag, nor a commit id/);
  });
});

describe('resolveRef', () => {
  it('finds branches, tags, tags of tags, HEAD and ids of a repository on disk and over HTTP alike', async () => {
    const repository = await makeRepository();
    const first = await repository.commit({ 'a.txt': '1' });
    await repository.git(['tag', '--annotate', 'v1', '--message', 'one']);
    await repository.git(['tag', '--annotate', 'v1-again', '--message', 'one', 'v1']);
    await repository.git(['branch', 'feature/x']);
    const second = await repository.commit({ 'a.txt': '2' });
    const served = await serveGit(repository.path);

    for (const where of [repository.path, `file://${repository.path}`, `${served.url}/shop`]) {
      const find = (ref: string) => resolveRef({ repository: where, ref });
      expect(await find('HEAD')).toMatchObject({ commit: second, branch: 'main', main: { branch: 'main', commit: second } });
      expect(await find('feature/x')).toMatchObject({ commit: first, branch: 'feature/x' });
      expect(await find('refs/heads/main')).toMatchObject({ commit: second, branch: 'main' });
      expect(await find('v1')).toMatchObject({ commit: first, branch: undefined });
      expect(await find('v1-again')).toMatchObject({ commit: first });
      expect(await find(first)).toMatchObject({ commit: first, branch: undefined });
      expect(await find(first.slice(0, 10))).toMatchObject({ commit: first });
    }
  });

  it('takes the main branch from origin, not from what is checked out', async () => {
    const repository = await makeRepository();
    const first = await repository.commit({ a: '1' });
    await repository.git(['update-ref', 'refs/remotes/origin/trunk', first]);
    await repository.git(['symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk']);
    expect(await resolveRef({ repository: repository.path, ref: 'HEAD' })).toMatchObject({
      branch: 'main',
      main: { branch: 'trunk', commit: first },
    });
    expect(await resolveRef({ repository: repository.path, ref: 'origin/trunk' })).toMatchObject({ commit: first, branch: 'trunk' });
  });

  it('has no branch when HEAD is detached', async () => {
    const repository = await makeRepository();
    const commit = await repository.commit({ a: '1' });
    await repository.git(['checkout', '--quiet', '--detach']);
    expect(await resolveRef({ repository: repository.path, ref: 'HEAD' })).toMatchObject({ commit, branch: undefined });
  });

  it('names the nearest refs when there is none of that name', async () => {
    const repository = await makeRepository();
    await repository.commit({ a: '1' });
    for (const branch of ['release/1', 'release/2', 'docs', 'zzz']) await repository.git(['branch', branch]);
    await expectFailure(resolveRef({ repository: repository.path, ref: 'relase/1' }), 'RefNotFound', 'release/1, release/2');
    await expectFailure(resolveRef({ repository: repository.path, ref: 'f'.repeat(40) }), 'RefNotFound', 'no branch, tag or commit');
  });

  it('says what is wrong with a place that has no commits, is no repository, or is not there', async () => {
    const empty = await makeRepository();
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'a.bundle'), 'x');
    await mkdir(join(empty.path, 'inner'));
    await mkdir(join(folder, 'broken', '.git'), { recursive: true });

    await expectFailure(resolveRef({ repository: empty.path, ref: 'HEAD' }), 'RefNotFound', 'has no commits yet');
    await expectFailure(resolveRef({ repository: folder, ref: 'HEAD' }), 'NotARepository', "run 'git init'");
    await expectFailure(resolveRef({ repository: join(folder, 'a.bundle'), ref: 'HEAD' }), 'NotARepository', 'is a file');
    await expectFailure(
      resolveRef({ repository: join(empty.path, 'inner'), ref: 'HEAD' }),
      'NotARepository',
      `inside the repository ${empty.path}`,
    );
    await expectFailure(resolveRef({ repository: join(folder, 'broken'), ref: 'HEAD' }), 'NotARepository', 'git fsck');
    await expectFailure(resolveRef({ repository: join(folder, 'gone'), ref: 'HEAD' }), 'RepositoryNotFound', 'does not exist');
  });

  it('tells a missing repository of a server from a server that does not answer', async () => {
    const repository = await makeRepository();
    await repository.commit({ a: '1' });
    const served = await serveGit(repository.path);
    await expectFailure(
      resolveRef({ repository: `${served.url}/nothing`, ref: 'HEAD' }),
      'RepositoryNotFound',
      'was not found, or is private',
    );
    await expectFailure(resolveRef({ repository: 'http://127.0.0.1:9/shop', ref: 'HEAD' }), 'SourceUnreachable', 'could not be reached');
  });
});
