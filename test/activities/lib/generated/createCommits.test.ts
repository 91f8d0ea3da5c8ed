import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sourceAt } from '../../../../activities/lib/generated/commits.ts';
import { expectFailure } from '../../../support/failures.ts';
import { by, filesAt, generating, words, workersFor } from '../../../support/generated.ts';
import { commitCrafted, makeRepository, temporaryFolder } from '../../../support/gitRepository.ts';

const file = (mode: '100644' | '100755' | '120000' | '160000', text: string) => ({ mode, text });

const refusedPaths = [
  ['../x', 'inside the repository'],
  ['/etc/passwd', 'inside the repository'],
  ['a//b', 'inside the repository'],
  ['a/./b', 'inside the repository'],
  ['a/', 'inside the repository'],
  ['', 'Too small'],
  ['a\0b', 'inside the repository'],
  ['a\nD b', 'inside the repository'],
  ['a\\..\\b', 'inside the repository'],
  ['.git/hooks/x', '.git'],
  ['.GIT/x', '.git'],
  ['sub/.Git/config', '.git'],
  ['.git\u200c/x', '.git'],
  ['GIT~1/config', '.git'],
  ['.git. /x', '.git'],
  ['C:/x', 'absolute'],
  ['dir', 'is a folder'],
  ['plain/x', 'which is a file'],
  ['link', 'symbolic link'],
  ['link/x', 'symbolic link'],
  ['dir/up/x', 'symbolic link'],
  ['LINK', 'symbolic link'],
  ['Link/x', 'symbolic link'],
  ['module', 'submodule'],
  ['module/x', 'submodule'],
  ['x'.repeat(301), 'Too big'],
] as const;

describe('createCommits', () => {
  it('changes, adds and takes away files, and leaves the repository as it is', async () => {
    const { repository, here, source, commit, start } = await generating({ 'a.txt': '1\n', 'src/b.txt': '1\n', 'keep/c': 'c' });
    const change = await commit([
      { path: 'a.txt', text: '2\n' },
      { path: 'new/deep/ö "q".txt', text: 'neu\n' },
      { path: 'src/b.txt', text: null },
    ]);
    expect(await filesAt(here, source, change)).toEqual({ 'a.txt': '2\n', 'keep/c': 'c', 'new/deep/ö "q".txt': 'neu\n' });
    expect(await here.sources.changedPaths(sourceAt(source, change, start))).toEqual(['a.txt', 'new/deep/ö "q".txt', 'src/b.txt']);
    expect(await repository.git(['for-each-ref', '--format=%(refname)'])).toBe('refs/heads/main');
    await expect(repository.git(['cat-file', '-e', change.commit])).rejects.toThrow(/./);
  });

  it('makes the same commit and the same objects of the same input, here and on another worker', async () => {
    const { source, start, commit, elsewhere } = await generating();
    const files = [{ path: 'a.txt', text: '2\n' }];
    const change = await commit(files);
    const again = await Promise.all([commit(files), commit(files), commit(files)]);
    for (const one of again) expect(one).toEqual(change);
    expect(await (await elsewhere()).commits.commit({ source, on: start, files, words })).toEqual(change);
    expect((await commit(files, start, { at: '2026-01-02T03:04:06Z' })).commit).not.toBe(change.commit);
  });

  it('is the change itself when nothing changes', async () => {
    const { start, commit } = await generating();
    expect(await commit([])).toBe(start);
    const same = [
      { path: 'a.txt', text: '1\n' },
      { path: 'nowhere/x', text: null },
    ];
    expect(await commit(same)).toBe(start);
  });

  it('can take the last file away', async () => {
    const { here, source, commit } = await generating({ a: '1' });
    const change = await commit([{ path: 'a', text: null }]);
    expect(change.tree).toBe('4b825dc642cb6eb9a060e54bf8d69288fbee4904');
    expect(await filesAt(here, source, change)).toEqual({});
  });

  it('keeps the mode of a file and puts plain files in the place of one that goes', async () => {
    const repository = await makeRepository();
    await commitCrafted(repository, [
      ['plain', file('100644', 'x')],
      ['run.sh', file('100755', '1')],
    ]);
    const { here, source, commit } = await workersFor(repository);
    const change = await commit([
      { path: 'run.sh', text: '2' },
      { path: 'plain', text: null },
      { path: 'plain/inside', text: '1' },
    ]);
    const listed = await here.sources.read(sourceAt(source, change), (git) => git.text(['ls-tree', '-r', change.commit]));
    expect(listed.replaceAll(/ blob \w+\t/g, ' ')).toBe('100644 plain/inside\n100755 run.sh');
  });

  it('refuses every path that leaves the repository, or meets a link, a submodule or a folder', async () => {
    const { commit } = await hostile();
    for (const [path, reason] of refusedPaths) {
      const refused = [
        { path: 'fine.txt', text: '1' },
        { path, text: 'x' },
      ];
      await expectFailure(commit(refused), 'PathOutsideRepository', reason);
      await expectFailure(commit([{ path, text: null }]), 'PathOutsideRepository', reason);
    }
  });

  it('refuses a file beside what would be inside it, texts above 1 MiB, and times that are none', async () => {
    const { start, commit } = await generating();
    const both = [
      { path: 'n', text: '1' },
      { path: 'n/m', text: '1' },
    ];
    await expectFailure(commit(both), 'PathOutsideRepository', 'becomes a file');
    await expectFailure(commit([{ path: 'big', text: 'x'.repeat(2 ** 20 + 1) }]), 'ChangeRefused', '1 MiB');
    expect((await commit([{ path: 'big', text: 'x'.repeat(2 ** 20) }])).commit).not.toBe(start.commit);
    await expectFailure(commit([], start, { at: 'soon' }), 'InvalidInput', 'ISO 8601');
  });

  it.each([
    ['in the body', { body: 'Why.\n\nMainstay-Agent: tester@9\n  mainstay-task : x\nMAINSTAY-Step: 1' }],
    ['in the title', { title: 'Mainstay-Agent: tester@9' }],
    ['in a title of several lines', { title: 'Fix\n\nMainstay-Agent: tester@9\u001b[2K\r' }],
    ['before the end of the message', { body: 'Mainstay-Agent: tester@9\n---\nrest' }],
    ['in what made it', { by: { ...by, mind: 'm\nMainstay-Agent: tester@9' } }],
  ])('lets nobody forge trailers %s', async (_, more) => {
    const { here, source, start, commit } = await generating();
    const change = await commit([{ path: 'a.txt', text: '2' }], start, { step: 7, ...more });
    const message = await here.sources.read(sourceAt(source, change), async (git) => {
      const raw = await git.text(['show', '--no-patch', '--format=%B', change.commit]);
      return { raw, read: await git.text(['interpret-trailers', '--parse'], { input: raw }) };
    });
    const trailers = message.read.split('\n').filter((line) => /^mainstay-/i.test(line));
    expect(trailers.map((line) => line.split(':')[0])).toEqual(
      ['Agent', 'Mind', 'Prompt', 'Task', 'Step'].map((name) => `Mainstay-${name}`),
    );
    expect(trailers[0]).toBe('Mainstay-Agent: coder@1');
    expect(message.raw.split('\n').filter((line) => /^mainstay-agent/i.test(line))).toEqual(['Mainstay-Agent: coder@1']);
    expect(message.raw).not.toContain('\u001b');
  });

  it('merges what does not collide on a worker that has neither side, and names the paths that do', async () => {
    const { source, start, commit, elsewhere } = await generating({ 'a.txt': '1\n2\n3\n4\n5\n', 'b.txt': '1\n' });
    const into = await commit([{ path: 'a.txt', text: 'one\n2\n3\n4\n5\n' }]);
    const change = await commit([{ path: 'x y.txt', text: 'new\n' }], await commit([{ path: 'a.txt', text: '1\n2\n3\n4\nfive\n' }]));
    const other = await elsewhere();
    const order = { source, into, change, words };
    const answer = await other.commits.merge(order);
    const merged = 'merged' in answer ? answer.merged : start;
    expect(await filesAt(other, source, merged)).toEqual({ 'a.txt': 'one\n2\n3\n4\nfive\n', 'b.txt': '1\n', 'x y.txt': 'new\n' });
    expect(await (await elsewhere()).commits.merge(order)).toEqual(answer);

    // A third has the merge alone, and reads what lies on either of its sides.
    const third = await elsewhere();
    expect(await third.sources.changedPaths(sourceAt(source, merged, change))).toEqual(['a.txt']);
    expect(await third.sources.changedPaths(sourceAt(source, merged, into))).toEqual(['a.txt', 'x y.txt']);

    const clash = await commit([{ path: 'a.txt', text: 'uno\n2\n3\n4\n5\n' }]);
    expect(await other.commits.merge({ ...order, change: clash })).toEqual({ conflicts: ['a.txt'] });
  });

  it('answers the side that holds the other as it is', async () => {
    const { here, source, start, commit } = await generating();
    const later = await commit([{ path: 'a.txt', text: '2' }]);
    expect(await here.commits.merge({ source, into: start, change: later, words })).toEqual({ merged: later });
    expect(await here.commits.merge({ source, into: later, change: start, words })).toEqual({ merged: later });
    expect(await here.commits.merge({ source, into: later, change: later, words })).toEqual({ merged: later });
  });
});

describe('a worker that lacks the commits', () => {
  it('takes them from the store, compares any two of them, checks them out and goes on', async () => {
    const { source, start, commit, elsewhere } = await generating();
    const tests = await commit([{ path: 'test/a', text: '1' }]);
    const code = await commit([{ path: 'src/a', text: '1' }], tests);
    const other = await elsewhere();
    expect(await other.sources.changedPaths(sourceAt(source, code, tests))).toEqual(['src/a']);
    expect(await other.sources.diff(sourceAt(source, code, start))).toContain('+++ b/test/a');
    expect(await (await other.sources.tree(sourceAt(source, code), tests.commit)).list()).toEqual(['a.txt', 'src/b.txt', 'test/a']);
    const to = join(await temporaryFolder(), 'work');
    await (await elsewhere()).workspaces.checkOut(sourceAt(source, code), to);
    expect((await readdir(to)).sort()).toEqual(['a.txt', 'src', 'test']);
    const next = await other.commits.commit({ source, on: code, files: [{ path: 'z', text: 'z' }], words });
    expect(next).toEqual(await commit([{ path: 'z', text: 'z' }], code));
  });

  it('rebuilds a mirror that was deleted or damaged from the repository and the store', async () => {
    const { home, here, source, start, commit } = await generating();
    const code = await commit([{ path: 'a.txt', text: '3' }], await commit([{ path: 'a.txt', text: '2' }]));
    const mirrors = join(home, 'mirrors');
    await rm(mirrors, { recursive: true });
    expect(await filesAt(here, source, code)).toMatchObject({ 'a.txt': '3' });
    const [mirror = ''] = await readdir(mirrors);
    const objects = join(mirrors, mirror, 'objects');
    for (const name of await readdir(objects)) if (name.length === 2) await rm(join(objects, name), { recursive: true });
    expect(await here.sources.changedPaths(sourceAt(source, code, start))).toEqual(['a.txt']);
    for (const name of await readdir(objects)) await rm(join(objects, name), { recursive: true });
    expect(await filesAt(here, source, code)).toMatchObject({ 'a.txt': '3' });
  });

  it('goes on after a git that was killed left its locks', async () => {
    const { home, here, source, start, commit, elsewhere } = await generating();
    const files = [{ path: 'a.txt', text: '2' }];
    const code = await (await elsewhere()).commits.commit({ source, on: start, files, words });
    const [mirror = ''] = await readdir(join(home, 'mirrors'));
    const lock = join(home, 'mirrors', mirror, 'refs', 'made', `${code.commit}.lock`);
    await mkdir(dirname(lock));
    await writeFile(lock, '');
    expect(await filesAt(here, source, code)).toMatchObject({ 'a.txt': '2' });
    await rm(join(home, 'mirrors'), { recursive: true });
    await filesAt(here, source, start);
    await mkdir(dirname(lock));
    await writeFile(lock, '');
    expect(await commit(files)).toEqual(code);
  });

  it('says that the store has lost them', async () => {
    const { home, source, commit, elsewhere } = await generating();
    const code = await commit([{ path: 'a.txt', text: '2' }]);
    const other = await elsewhere();
    await rm(join(home, 'store'), { recursive: true });
    await expectFailure(filesAt(other, source, code), 'ArtifactMissing', 'no longer in the store');
  });
});

async function hostile() {
  const repository = await makeRepository();
  await commitCrafted(repository, [
    ['dir', [['up', file('120000', '..')]]],
    ['link', file('120000', 'dir')],
    ['module', file('160000', 'c'.repeat(40))],
    ['plain', file('100644', 'x')],
  ]);
  return await workersFor(repository);
}
