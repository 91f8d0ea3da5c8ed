import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TestRepository } from '../../support/gitRepository.ts';
import { coderBench, fakeKeyId, fakeToken } from './bench.ts';

const files = {
  'src/retry.ts': 'export function retry() {\n  return 1;\n}\n\nexport const again = 1;\n',
  'src/deep/other.ts': 'export const other = 1;\n',
  'test/retry.test.ts': 'open test\n',
  'README.md': '# Shop\n',
};

async function linkOutside(repository: TestRepository) {
  await symlink('/etc', join(repository.path, 'outside'));
  await repository.commit({});
}

describe('reading', () => {
  it('shows lines with their numbers, and says what is left out', async () => {
    const bench = await coderBench({ files: { 'long.txt': Array.from({ length: 5000 }, (_, i) => `line ${i + 1}`).join('\n') } });
    const whole = await bench.take({ kind: 'read', path: 'long.txt' });
    expect(whole.text).toContain('    1| line 1\n');
    expect(whole.text).toMatch(/lines \d+ to 5000 are left out: read again with from \d+/);
    expect(whole.text.length).toBeLessThan(12_000);
    const part = await bench.take({ kind: 'read', path: './long.txt', from: 4998 });
    expect(part.text).toBe('long.txt, lines 4998 to 5000 of 5000:\n 4998| line 4998\n 4999| line 4999\n 5000| line 5000');
    expect(part).toMatchObject({ changed: false, change: bench.start });
    expect(part.headline).not.toBe(whole.headline);
  });

  it('lists the names in a folder', async () => {
    const bench = await coderBench({ files });
    expect((await bench.take({ kind: 'read', path: '.' })).text).toBe('The root holds:\nREADME.md\nsrc/ (2 files)\ntest/ (1 files)');
    expect((await bench.take({ kind: 'read', path: '/workspace/src/' })).text).toBe('src/ holds:\ndeep/ (1 files)\nretry.ts');
  });

  const unreadable = [
    ['../../etc/passwd', 'leaves the repository'],
    ['/etc/passwd', 'is an absolute path'],
    ['/', 'is an absolute path'],
    ['.git/config', 'git takes for its own folder'],
    ['src/.GIT/config', 'git takes for its own folder'],
    ['outside', 'is a symbolic link to'],
    ['outside/passwd', 'outside is a symbolic link, not a folder'],
    ['Retry.ts', 'Is one of these meant: src/retry.ts?'],
    ['picture.bin', 'is not a text file'],
    ['a\u001b[31m\nb', 'has control characters'],
  ] as const;
  it('says why something is not shown', async () => {
    const bench = await coderBench({ files: { ...files, 'picture.bin': 'a\0b' }, prepare: linkOutside });
    for (const [path, said] of unreadable) {
      const { text, headline } = await bench.take({ kind: 'read', path });
      expect(text, path).toContain(said);
      expect(text + headline, path).not.toMatch(/root:|\p{Cc}(?<!\n)/u);
    }
  });
});

describe('searching', () => {
  it('shows matching lines with path and number, of the files that the glob means', async () => {
    const bench = await coderBench({ files });
    expect((await bench.take({ kind: 'search', pattern: 'export (const|function) \\w+' })).text).toBe(
      'src/deep/other.ts:1: export const other = 1;\nsrc/retry.ts:1: export function retry() {\nsrc/retry.ts:5: export const again = 1;',
    );
    expect((await bench.take({ kind: 'search', pattern: '1', glob: 'other.ts' })).text).toBe(
      'src/deep/other.ts:1: export const other = 1;',
    );
    expect((await bench.take({ kind: 'search', pattern: 'nowhere' })).text).toBe('Nothing matches in 4 of 4 files.');
  });

  const misunderstood = [
    [{ pattern: '(a' }, 'The pattern is not understood'],
    [{ pattern: '(?=a)' }, 'The pattern is not understood'],
    [{ pattern: 'a', glob: 'src/{a' }, 'The glob is not understood'],
    [{ pattern: 'a', glob: '*.py' }, 'No text file matches the glob'],
  ] as const;
  it('says what is wrong with a pattern or a glob', async () => {
    const bench = await coderBench({ files });
    for (const [asked, said] of misunderstood) expect((await bench.take({ kind: 'search', ...asked })).text).toContain(said);
  });

  it('takes time in proportion to the text whatever the pattern', async () => {
    const bench = await coderBench({ files: { 'evil.txt': `${'a'.repeat(20_000)}b\n`.repeat(20) } });
    const began = performance.now();
    await bench.take({ kind: 'search', pattern: '(a+)+$', glob: '**/**/**/**/*{a,t}*' });
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('stops where there is too much to show', async () => {
    const bench = await coderBench({ files: { 'many.txt': 'x\n'.repeat(100_000) } });
    const { text } = await bench.take({ kind: 'search', pattern: 'x' });
    expect(text).toContain('there is more');
    expect(text.length).toBeLessThan(12_000);
  });
});

describe('editing', () => {
  it('puts text in place of what stands once, makes, and takes away files, a commit for each', async () => {
    const bench = await coderBench({ files });
    const one = await bench.take({ kind: 'edit', path: 'src/retry.ts', find: 'return 1;', text: 'return $1 + $&;' });
    expect(one).toMatchObject({ changed: true, headline: 'edit src/retry.ts' });
    expect(one.text).toContain('line 2');
    expect(await bench.textAt(one.change, 'src/retry.ts')).toContain('  return $1 + $&;\n}');
    const two = await bench.take({ kind: 'edit', path: 'src/new.ts', text: 'new\n' }, { change: one.change });
    const three = await bench.take({ kind: 'edit', path: 'README.md', text: null }, { change: two.change });
    expect(await bench.pathsAt(three.change)).toEqual(['src/deep/other.ts', 'src/new.ts', 'src/retry.ts', 'test/retry.test.ts']);
    const log = await bench.first.sources.read({ repository: bench.repository.path, ...three.change }, (git) =>
      git.text(['log', '--format=%s|%(trailers:separator=%x2C)', `${bench.start.commit}..${three.change.commit}`]),
    );
    expect(log.split('\n').map((line) => line.split('|')[0])).toEqual(['delete README.md', 'edit src/new.ts', 'edit src/retry.ts']);
    expect(log).toContain(`build-feature/shop/1/t1`);
  });

  const refused = [
    [{ path: 'src/retry.ts', find: 'export', text: 'x' }, 'stands in src/retry.ts 2 times, at lines 1, 5'],
    [{ path: 'src/retry.ts', find: 'retry() {\n    return', text: 'x' }, 'with these spaces and line breaks'],
    [{ path: 'src/none.ts', find: 'a', text: 'x' }, 'There is no file or folder src/none.ts'],
    [{ path: 'src/none.ts', text: null }, 'There is no file or folder src/none.ts'],
    [{ path: 'src', text: 'x' }, 'src is a folder'],
    [{ path: 'README.md/x', text: 'x' }, 'README.md is a file, not a folder'],
    [{ path: 'outside', text: 'x' }, 'only files can be edited'],
    [{ path: 'outside/passwd', text: 'x' }, 'outside is a symbolic link'],
    [{ path: 'OUTSIDE', text: 'x' }, 'cannot stand beside'],
    [{ path: '../../etc/passwd', text: 'x' }, 'leaves the repository'],
    [{ path: '/etc/passwd', text: 'x' }, 'is an absolute path'],
    [{ path: '.git/hooks/pre-commit', text: 'x' }, 'its own folder'],
    [{ path: 'src/git~1/config', text: 'x' }, 'its own folder'],
    [{ path: '.', text: 'x' }, 'whole working tree'],
    [{ path: 'TEST/Retry.Test.ts', text: 'x' }, 'is protected'],
    [{ path: 'test/retry.test.ts', text: null }, 'is protected'],
    [{ path: 'ｔest/retry.test.ts', text: 'x' }, 'is protected'],
    [{ path: 'src/key.ts', text: `const key = '${fakeKeyId}';\n` }, 'line 1 holds what looks like a secret'],
    [{ path: 'src/retry.ts', find: 'again', text: `'${fakeToken}'` }, 'holds what looks like a secret'],
  ] as const;
  it('refuses in words what cannot be done', async () => {
    const bench = await coderBench({ files, prepare: linkOutside });
    for (const [edit, said] of refused) {
      const taken = await bench.take({ kind: 'edit', ...edit }, { protected: ['test/retry.test.ts'] });
      expect(taken.text, edit.path).toContain(said);
      expect(taken.text).not.toMatch(/AKIA\w|ghp_/);
      expect(taken).toMatchObject({ changed: false, change: bench.start });
      expect(taken.headline).toMatch(/: not done$/);
    }
  });

  it('makes the same commit when the same step is taken again, here and by another worker', async () => {
    const bench = await coderBench({ files });
    const again = { number: 7 };
    const one = await bench.take({ kind: 'edit', path: 'src/retry.ts', text: 'x\n' }, again);
    const two = await bench.take({ kind: 'edit', path: 'src/retry.ts', text: 'x\n' }, again);
    const elsewhere = await bench.take({ kind: 'edit', path: 'src/retry.ts', text: 'x\n' }, { ...again, with: await bench.worker() });
    expect(one.changed).toBe(true);
    expect([two.change, elsewhere.change]).toEqual([one.change, one.change]);
    const same = await bench.take({ kind: 'edit', path: 'src/retry.ts', text: 'x\n' }, { change: one.change });
    expect(same).toMatchObject({ changed: false, change: one.change });
  });

  it('fails with InvalidInput for a step that is none', async () => {
    const bench = await coderBench({ files });
    const step = await bench.store.put('{"kind":"format"}', 'application/json');
    const good = await bench.take({ kind: 'done', summary: '' });
    await expect(bench.first.coder.takeStep({ ...good.order, step })).rejects.toMatchObject({ type: 'InvalidInput' });
  });
});
