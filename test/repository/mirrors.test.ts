import { readdirSync } from 'node:fs';
import { chmod, mkdir, readdir, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { createMirrors } from '../../repository/mirrors.ts';
import { expectFailure } from '../support/failures.ts';
import { makeRepository, temporaryFolder, type TestRepository } from '../support/gitRepository.ts';
import { serveGit } from '../support/gitHttp.ts';

const module = new URL('../../repository/mirrors.ts', import.meta.url).href;

describe('createMirrors', () => {
  it('fetches a commit once, however many ask at the same time, here and in other processes', async () => {
    const { repository, commit, home } = await prepared();
    const { url, requests } = await serveGit(repository.path);
    const where = `${url}/shop`;
    const script = `import { createMirrors } from '${module}';
      await createMirrors({ home: '${home}' }).read({ repository: '${where}', commits: ['${commit}'] }, ({ git }) => git.run(['cat-file', '-e', '${commit}']));`;
    const others = [1, 2].map(() => execa(process.execPath, ['--input-type=module-typescript', '--eval', script]));
    const mirrors = createMirrors({ home });
    const own = [1, 2, 3, 4].map(() =>
      mirrors.read({ repository: where, commits: [commit] }, ({ git }) => git.text(['show', `${commit}:a`])),
    );

    expect(await Promise.all(own)).toEqual(['1', '1', '1', '1']);
    await Promise.all(others);
    expect(requests.filter((request) => request.startsWith('GET'))).toHaveLength(1);
    expect(await readdir(join(home, 'mirrors'))).toHaveLength(1);
  });

  it('takes a commit that no ref leads to any more, from disk', async () => {
    const { repository, commit, home } = await prepared();
    await repository.git(['checkout', '--quiet', '--orphan', 'new']);
    await repository.commit({ b: '1' });
    await repository.git(['branch', '--delete', '--force', 'main']);
    expect(await show(home, repository, commit)).toBe('1');
  });

  it('reads a shallow clone', async () => {
    const { repository, home } = await prepared();
    const second = await repository.commit({ a: '2' });
    const shallow = join(await temporaryFolder(), 'shallow');
    await execa('git', ['clone', '--quiet', '--depth=1', `file://${repository.path}`, shallow]);
    expect(await show(home, { ...repository, path: shallow }, second)).toBe('2');
  });

  it('goes on after a fetch that was killed left its locks and half a pack', async () => {
    const { repository, commit, home } = await prepared();
    await show(home, repository, commit);
    const second = await repository.commit({ a: '2' });
    const mirror = onlyMirror(home);
    await writeFile(join(mirror, 'objects', 'pack', 'tmp_pack_x'), 'half');
    await writeFile(join(mirror, 'refs', 'kept', `${second}.lock`), '');
    await writeFile(join(mirror, 'shallow.lock'), '');
    await mkdir(`${mirror}.new`);
    expect(await show(home, repository, second)).toBe('2');
  });

  it('fetches a damaged mirror anew', async () => {
    const { repository, commit, home } = await prepared();
    await show(home, repository, commit);
    const packs = join(onlyMirror(home), 'objects', 'pack');
    for (const name of await readdir(packs)) {
      await chmod(join(packs, name), 0o644);
      await truncate(join(packs, name), 40);
    }
    expect(await show(home, repository, commit)).toBe('1');
  });

  it('serves what it holds after the source is gone, and says what is gone for the rest', async () => {
    const { repository, commit, home } = await prepared();
    await show(home, repository, commit);
    await rename(repository.path, `${repository.path}-moved`);
    expect(await show(home, repository, commit)).toBe('1');
    await expectFailure(show(home, repository, '0'.repeat(40)), 'RepositoryNotFound', 'does not exist');
    expect(await show(home, repository, commit)).toBe('1');
  });

  it('says that a commit is not there, and keeps the mirror', async () => {
    const { repository, commit, home } = await prepared();
    await show(home, repository, commit);
    await expectFailure(show(home, repository, 'd'.repeat(40)), 'RefNotFound', 'does not have this commit');
    expect(await show(home, repository, commit)).toBe('1');
  });

  it('reads a repository that belongs to somebody else', async (context) => {
    if (process.getuid?.() !== 0) context.skip('only root can give files away');
    const { repository, commit, home } = await prepared();
    await execa('chown', ['-R', '65534', repository.path]);
    expect(await show(home, repository, commit)).toBe('1');
  });
});

async function prepared() {
  const repository = await makeRepository();
  return { repository, commit: await repository.commit({ a: '1' }), home: await temporaryFolder() };
}

function show(home: string, repository: TestRepository, commit: string): Promise<string> {
  return createMirrors({ home }).read({ repository: repository.path, commits: [commit] }, ({ git }) => git.text(['show', `${commit}:a`]));
}

function onlyMirror(home: string): string {
  const [name = ''] = readdirSync(join(home, 'mirrors'));
  return join(home, 'mirrors', name);
}
