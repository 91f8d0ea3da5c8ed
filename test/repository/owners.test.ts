import { string, constantFrom, array, assert, property, tuple } from 'fast-check';
import ignore from 'ignore';
import { describe, expect, it } from 'vitest';
import { changeOwners, ownersOf, readRules } from '../../repository/owners.ts';
import { treeOf } from '../support/memoryTree.ts';

const file = `
# default
*             @acme/everyone   # who else
*.js          @js
/build/logs/  @doctocat
docs/*        docs@example.com
apps/         @octocat
/apps/github  @octocat @hub
/apps/free
**/logs       @logger
a\\ b.txt      @space
`;

describe('owners of a change', () => {
  it.each([
    ['README', ['@acme/everyone']],
    ['src/deep/x.js', ['@js']],
    ['build/logs/x.js', ['@logger']],
    ['docs/start.md', ['docs@example.com']],
    ['docs/build/deep.md', ['@acme/everyone']],
    ['x/apps/y', ['@octocat']],
    ['apps/github/z', ['@octocat', '@hub']],
    ['apps/free/z', []],
    ['deep/logs/z', ['@logger']],
    ['a b.txt', ['@space']],
    ['A.JS', ['@acme/everyone']],
  ])('are those of the last rule that matches: %s', (path, owners) => {
    expect(ownersOf(readRules(file).rules, [path])).toEqual(owners);
  });

  it('are all owners of all changed files, each once', () => {
    expect(ownersOf(readRules(file).rules, ['a.js', 'b.js', 'docs/a.md'])).toEqual(['@js', 'docs@example.com']);
  });

  it.each([['!a @ada'], ['[ab].txt @ada'], ['a ada'], ['a @'], [`${'x'.repeat(600)} @ada`], ['/ @ada'], ['a @ada; rm']])(
    'do not come from a line that is no rule: %s',
    (line) => {
      expect(readRules(`\n${line}`)).toEqual({ rules: [], wrong: [2] });
    },
  );

  it.each([
    [{ 'docs/CODEOWNERS': '* @c', CODEOWNERS: '* @b', '.github/CODEOWNERS': '* @a' }, '@a'],
    [{ 'docs/CODEOWNERS': '* @c', CODEOWNERS: '* @b' }, '@b'],
    [{ 'docs/CODEOWNERS': '* @c' }, '@c'],
    [{ 'src/CODEOWNERS': '* @d' }, undefined],
  ])('are read where GitHub reads them: %o', async (files, owner) => {
    expect((await changeOwners(treeOf(files), ['x']))?.owners[0]).toBe(owner);
  });

  it('match as .gitignore does, but for a star at the end', () => {
    const piece = constantFrom('a', 'b', 'ab', '*', 'a*', '?b', '**');
    const pattern = tuple(constantFrom('', '/'), array(piece, { minLength: 1, maxLength: 4 }), constantFrom('', '/'));
    const path = array(constantFrom('a', 'b', 'ab', 'ba'), { minLength: 1, maxLength: 5 });
    assert(
      property(pattern, path, ([start, pieces, end], names) => {
        const written = `${start}${pieces.join('/')}${end}`;
        if (written.endsWith('/*')) return;
        const { rules } = readRules(`${written} @ada`);
        const expected = ignore({ ignorecase: false }).add(written).ignores(names.join('/'));
        expect([written, names.join('/'), ownersOf(rules, [names.join('/')]).length > 0]).toEqual([written, names.join('/'), expected]);
      }),
      { numRuns: 2000 },
    );
  });

  it('are found in time whatever is written', () => {
    assert(
      property(string({ maxLength: 200 }), (text) => {
        ownersOf(readRules(text).rules, ['src/a.ts']);
      }),
    );
    const hostile = `${'*a'.repeat(240)}b @ada`;
    const started = performance.now();
    ownersOf(readRules(hostile).rules, ['a'.repeat(4000)]);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
