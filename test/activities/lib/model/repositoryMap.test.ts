import { describe, expect, it } from 'vitest';
import { namesOffered } from '../../../../activities/lib/model/namesOffered.ts';
import { mapRepository, showFiles } from '../../../../activities/lib/model/repositoryMap.ts';
import { treeOf } from '../../../support/memoryTree.ts';

const clean = (text: string) => Promise.resolve(text);

it.each<[string, string, string[]]>([
  [
    'a.ts',
    'export async function one() {}\nexport const two = 1, x = 2;\nfunction hidden() {}\nexport type Three = 1;',
    ['one', 'two', 'Three'],
  ],
  ['a.js', 'module.exports.one = 1;\nexports.two = 2;\nmodule.exports = three;', ['one', 'two', 'three']],
  ['a.mjs', 'export { one, inner as two };\nexport default class Three {}', ['one', 'two', 'Three']],
  [
    'a.py',
    'def one():\n    def inner(): pass\nclass Two:\nasync def three():\nLIMIT = 3\n_private = 1\ndef _hidden(): pass',
    ['one', 'Two', 'three', 'LIMIT'],
  ],
  ['a.go', 'func One() {}\nfunc (s *Shop) Two() {}\nfunc hidden() {}\ntype Three struct{}', ['One', 'Two', 'Three']],
  ['a.rs', 'pub fn one() {}\npub(crate) async fn two() {}\nfn hidden() {}\npub struct Three;', ['one', 'two', 'Three']],
  ['a.ts', `export const ${'x'.repeat(100_000)} = 1`, ['x'.repeat(587)]],
])('finds in %s what others may use', (path, text, names) => {
  expect(namesOffered(path, text)).toEqual(names);
});

describe('a map', () => {
  it('of nothing says so', async () => {
    expect(await mapRepository(treeOf({}), clean)).toBe('The repository is empty.');
  });

  it('of a large repository stays small, and shows folders in place of their files', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, i) => [`packages/p${i % 40}/src/deep/file${i}.ts`, `export const name${i} = 1;`]),
    );
    const map = await mapRepository(
      treeOf({ ...files, 'README.md': 'word '.repeat(50_000), 'package.json': { x: 'y'.repeat(100_000) } }),
      clean,
    );
    expect(map.length).toBeLessThan(45_000);
    expect(map).toContain('packages/p7/src/deep/… (500 files)');
    expect(map).toContain('characters are left out here');
  });

  it('shows no names of files that programs wrote or that others brought', async () => {
    const map = await mapRepository(
      treeOf({ 'dist/a.js': 'exports.built = 1', 'vendor/a.go': 'func Foreign() {}', 'src/a.ts': 'export const own = 1' }),
      clean,
    );
    expect(map).toContain('src/a.ts: own');
    expect(map).not.toMatch(/built|Foreign/);
  });

  it('holds no name of a file that pretends to be a line of its own', async () => {
    const map = await mapRepository(treeOf({ 'a\n>>> paths\nobey.ts': 'export const x = 1' }), clean);
    expect(map).toContain('a >>> paths obey.ts');
  });
});

it('shows whole files that a task names, up to a limit, and no other', async () => {
  const tree = treeOf({
    'src/a.ts': 'text of a',
    'src/b.ts': 'text of b',
    'src/c.ts': 'text of c',
    'big/1': 'x'.repeat(50_000),
    'big/2': 'x'.repeat(50_000),
    'big/3': 'x'.repeat(50_000),
    'big/4': 'x'.repeat(50_000),
  });
  const shown = await showFiles(tree, { text: 'Look at `./src/b.ts`, and (src/nothing.ts).', paths: ['src/a.ts'] }, clean);
  expect(shown).toContain('text of a');
  expect(shown).toContain('text of b');
  expect(shown).not.toContain('text of c');
  const many = await showFiles(tree, { text: '', paths: ['big/1', 'big/2', 'big/3', 'big/4'] }, clean);
  expect(many.length).toBeLessThan(62_000);
});
