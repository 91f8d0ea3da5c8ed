import { existsSync } from 'node:fs';
import { lstat, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSourceReader } from '../../../activities/lib/source.ts';
import { createWorkspaces } from '../../../activities/lib/workspaces.ts';
import { expectFailure } from '../../support/failures.ts';
import { commitCrafted, makeRepository, temporaryFolder } from '../../support/gitRepository.ts';

describe('createWorkspaces', () => {
  it('writes the files of the commit as they are, with modes and inner links, without .git', async () => {
    const { repository, checkOut } = await prepared();
    await commitCrafted(repository, [
      ['.gitattributes', { mode: '100644', text: '* text eol=crlf ident\n*.u16 working-tree-encoding=UTF-16\n*.bin filter=lfs\n' }],
      ['a.txt', { mode: '100644', text: 'one\ntwo $Id$\n' }],
      ['big.bin', { mode: '100644', text: 'version https://git-lfs.github.com/spec/v1\n' }],
      ['crlf.txt', { mode: '100644', text: 'one\r\n' }],
      ['link', { mode: '120000', text: 'src/run.sh' }],
      [
        'src',
        [
          ['run.sh', { mode: '100755', text: '#!/bin/sh\n' }],
          ['up', { mode: '120000', text: '../a.txt' }],
        ],
      ],
      ['sub', { mode: '160000', text: 'c'.repeat(40) }],
      ['wide.u16', { mode: '100644', text: 'plain\n' }],
    ]);
    const { to, notices } = await checkOut();

    expect((await readdir(to)).sort()).toEqual(['.gitattributes', 'a.txt', 'big.bin', 'crlf.txt', 'link', 'src', 'sub', 'wide.u16']);
    expect(await readFile(join(to, 'a.txt'), 'utf8')).toBe('one\ntwo $Id$\n');
    expect(await readFile(join(to, 'crlf.txt'), 'utf8')).toBe('one\r\n');
    expect(await readFile(join(to, 'wide.u16'), 'utf8')).toBe('plain\n');
    expect(await readlink(join(to, 'link'))).toBe('src/run.sh');
    expect(await readFile(join(to, 'src', 'up'), 'utf8')).toBe('one\ntwo $Id$\n');
    expect((await lstat(join(to, 'src', 'run.sh'))).mode & 0o111).not.toBe(0);
    expect(await readdir(join(to, 'sub'))).toEqual([]);
    expect(notices).toEqual(['submodules are left out: sub', 'files kept in Git LFS are there as pointers only']);
    expect(existsSync(`${to}.index`)).toBe(false);
  });

  it('checks out many times side by side', async () => {
    const { repository, checkOut } = await prepared();
    await repository.commit(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`d${i}/f`, `${i}`])));
    const made = await Promise.all(Array.from({ length: 8 }, () => checkOut()));
    for (const { to } of made) expect(await readdir(to)).toHaveLength(50);
  });

  it('takes the commit, not what is in the working tree', async () => {
    const { repository, checkOut } = await prepared();
    await repository.commit({ a: 'committed' });
    await writeFile(join(repository.path, 'a'), 'changed');
    const { to } = await checkOut();
    expect(await readFile(join(to, 'a'), 'utf8')).toBe('committed');
  });

  it('does not write into a folder that holds something', async () => {
    const { repository, checkOut } = await prepared();
    await repository.commit({ a: '1' });
    const { to } = await checkOut();
    await expectFailure(checkOut(to), 'InvalidInput', 'empty folder');
  });

  it('stops when the caller aborts, and leaves nothing', async () => {
    const { repository, checkOut } = await prepared();
    await repository.commit({ a: '1' });
    const to = join(await temporaryFolder(), 'work');
    await expect(checkOut(to, AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled');
    expect(existsSync(to)).toBe(false);
  });
});

async function prepared() {
  const repository = await makeRepository();
  const home = await temporaryFolder();
  const sources = createSourceReader({ home });
  const workspaces = createWorkspaces({ home });
  const checkOut = async (into?: string, signal?: AbortSignal) => {
    const to = into ?? join(await temporaryFolder(), 'work');
    const source = await sources.resolve({ repository: repository.path, ref: 'main', trusted: false });
    return { to, ...(await workspaces.checkOut(source, to, signal)) };
  };
  return { repository, checkOut };
}
