import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCommit } from '../../repository/commitTree.ts';
import { listEntries } from '../../repository/entries.ts';
import { openGit } from '../../repository/git.ts';
import { expectFailure } from '../support/failures.ts';
import { commitCrafted, type CraftedTree, makeRepository } from '../support/gitRepository.ts';

describe('readCommit', () => {
  it('lists regular files only, sorted, and reads their text', async () => {
    const repository = await makeRepository();
    const commit = await commitCrafted(repository, [
      ['.gitattributes', { mode: '100644', text: '* filter=x' }],
      ['B', { mode: '100644', text: 'b' }],
      ['a', [['größe.txt', { mode: '100755', text: 'ä' }]]],
      ['link', { mode: '120000', text: 'B' }],
      ['zip', { mode: '100644', text: 'PK\0\0' }],
    ]);
    const tree = readCommit(openGit({ gitDir: join(repository.path, '.git') }), commit);
    expect(await tree.list()).toEqual(['.gitattributes', 'B', 'a/größe.txt', 'zip']);
    expect(await Promise.all(['B', 'a/größe.txt', 'zip', 'link', 'a', 'none', '../B'].map((path) => tree.read(path)))).toEqual([
      'b',
      'ä',
      ...Array.from({ length: 5 }, () => undefined),
    ]);
    expect(await tree.read('B', 0)).toBeUndefined();
  });

  it('stops at a tree that holds itself so often that listing it never ends', async () => {
    const repository = await makeRepository();
    let tree: CraftedTree = [['file', { mode: '100644', text: 'x' }]];
    for (let depth = 0; depth < 3; depth++) tree = Array.from({ length: 10 }, (_, i) => [`d${i}`, tree]);
    const git = openGit({ gitDir: join(repository.path, '.git') });
    const commit = await commitCrafted(repository, tree.slice(0, 2));
    await expectFailure(
      listEntries(git, commit, { entries: 150, bytes: 1000, listBytes: 1e6 }),
      'RepositoryRefused',
      'more than 150 files',
    );
    await expectFailure(listEntries(git, commit, { entries: 1e6, bytes: 100, listBytes: 1e6 }), 'RepositoryRefused', 'GiB');
    await expectFailure(listEntries(git, commit, { entries: 1e6, bytes: 1000, listBytes: 1000 }), 'RepositoryRefused', 'file names');
    expect(await listEntries(git, commit)).toHaveLength(200);
  });
});
