import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { createSourceReader } from '../../../activities/lib/source.ts';
import { CommitSha } from '../../../schemas/nouns.ts';
import { expectFailure } from '../../support/failures.ts';
import { makeRepository, temporaryFolder, type TestRepository } from '../../support/gitRepository.ts';

describe('createSourceReader', () => {
  it('compares a branch with the place where it left the main branch', async () => {
    const { repository, resolve, reader } = await prepared();
    const fork = await repository.commit({ a: '1\n', b: '1\n' });
    await repository.git(['checkout', '--quiet', '-b', 'feature']);
    await repository.commit({ a: '2\n' });
    const head = await repository.commit({ 'c d': '1\n' });
    await repository.git(['checkout', '--quiet', 'main']);
    await repository.commit({ b: '2\n' });

    const source = await resolve('feature');
    expect(source).toMatchObject({
      branch: 'feature',
      commit: head,
      base: fork,
      changedPaths: 2,
      dirty: false,
      trusted: false,
      ref: 'feature',
    });
    expect(source.tree).toBe(await repository.git(['rev-parse', `${head}^{tree}`]));
    expect(await reader.changedPaths(source)).toEqual(['a', 'c d']);
    expect(await reader.diff(source)).toMatch(/^diff --git a\/a b\/a\n[^]*@@ -1 \+1 @@\n-1\n\+2\n[^]*\+\+\+ b\/c d/);
    expect(await (await reader.tree(source)).read('a')).toBe('2\n');
    expect(await (await reader.tree(source, source.base)).read('a')).toBe('1\n');
  });

  it('takes the commit that was fixed when the run was asked for, also when its branch has moved or gone since', async () => {
    const { repository, reader } = await prepared();
    await repository.commit({ a: '1' });
    await repository.git(['checkout', '--quiet', '-b', 'feature']);
    const asked = await repository.commit({ a: '2' });
    const request = { repository: repository.path, ref: 'feature', commit: CommitSha.parse(asked), trusted: false };
    await repository.commit({ a: '3' });
    expect(await reader.resolve(request)).toMatchObject({ commit: asked, branch: 'feature', ref: 'feature' });

    await repository.git(['checkout', '--quiet', 'main']);
    await repository.git(['branch', '--quiet', '-D', 'feature']);
    expect(await reader.resolve(request)).toMatchObject({ commit: asked, ref: 'feature' });
  });

  it('compares the main branch, a tag and an id with the parent, and a wanted base with just that', async () => {
    const { repository, resolve } = await prepared();
    const first = await repository.commit({ a: '1' });
    const second = await repository.commit({ a: '2' });
    const third = await repository.commit({ a: '3' });
    await repository.git(['tag', 'v3']);
    await repository.git(['branch', 'merged', second]);
    for (const ref of ['HEAD', 'main', 'v3', third, third.slice(0, 8)]) expect((await resolve(ref)).base).toBe(second);
    expect((await resolve('merged')).base).toBe(first);
    expect((await resolve('main', first)).base).toBe(first);
  });

  it('counts every file of a first commit as changed, and has no diff for it', async () => {
    const { repository, resolve, reader } = await prepared();
    await repository.commit({ a: '1', 'b/c': '1' });
    const source = await resolve('HEAD');
    expect(source).toMatchObject({ base: undefined, changedPaths: 2 });
    expect(await reader.changedPaths(source)).toEqual(['a', 'b/c']);
    expect(await reader.diff(source)).toBe('');
  });

  it.each([
    ['a changed file', 'a', true],
    ['a new file', 'new', true],
    ['an ignored file', 'x.log', false],
  ])('notices %s in the working tree, and does not use it', async (_, file, dirty) => {
    const { repository, resolve, reader } = await prepared();
    await repository.commit({ a: '1', '.gitignore': '*.log' });
    await writeFile(join(repository.path, file), 'changed');
    const source = await resolve('HEAD');
    expect(source.dirty).toBe(dirty);
    expect(await (await reader.tree(source)).read(file)).toBe(file === 'a' ? '1' : undefined);
    expect((await resolve('HEAD', undefined, `file://${repository.path}`)).dirty).toBe(false);
  });

  it('reads bare repositories and linked worktrees', async () => {
    const { repository, resolve } = await prepared();
    const commit = await repository.commit({ a: '1' });
    const folder = await temporaryFolder();
    await repository.git(['clone', '--quiet', '--bare', repository.path, join(folder, 'bare.git')]);
    await repository.git(['worktree', 'add', '--quiet', join(folder, 'tree'), '-b', 'side']);
    expect(await resolve('HEAD', undefined, join(folder, 'bare.git'))).toMatchObject({ commit, branch: 'main', dirty: false });
    expect(await resolve('HEAD', undefined, join(folder, 'tree'))).toMatchObject({ commit, branch: 'side', dirty: false });
  });

  it('refuses a tag of something else than a commit', async () => {
    const { repository, resolve } = await prepared();
    await repository.commit({ a: '1' });
    await repository.git(['tag', 'blob', 'HEAD:a']);
    await expectFailure(resolve('blob'), 'RefNotFound', 'blob');
    await expectFailure(resolve('main', 'nowhere'), 'RefNotFound', 'nowhere');
  });

  it('leaves the repository as it is', async () => {
    const { repository, resolve } = await prepared();
    await repository.commit({ a: '1' });
    const before = await stateOf(repository);
    await resolve('HEAD');
    expect(await stateOf(repository)).toBe(before);
  });
});

async function prepared() {
  const repository = await makeRepository();
  const reader = createSourceReader({ home: await temporaryFolder() });
  const resolve = (ref: string, base?: string, where = repository.path) => reader.resolve({ repository: where, ref, base, trusted: false });
  return { repository, reader, resolve };
}

async function stateOf({ path }: TestRepository): Promise<string> {
  return (await execa('find', [path, '-printf', '%p %s %T@ %m\n'])).stdout;
}
