import { describe, expect, it } from 'vitest';
import type { TreeEntry } from '../../repository/entries.ts';
import { findOverlap } from '../../repository/overlaps.ts';
import { pathFault } from '../../repository/paths.ts';

describe('pathFault', () => {
  it.each([
    'a',
    'src/index.ts',
    '.github/workflows/ci.yml',
    '.gitignore',
    '.gitattributes',
    'aux.c',
    'größe/日本.txt',
    'a b',
    'git~10',
    '...',
  ])('lets %j be written', (path) => {
    expect(pathFault(path)).toBeUndefined();
  });

  it.each([
    ['../x', 'leaves the repository'],
    ['a/../../x', 'leaves the repository'],
    ['/etc/passwd', 'absolute'],
    ['C:/x', 'absolute'],
    ['a//b', 'empty part'],
    ['a/./b', 'empty part'],
    ['.git/config', "'.git' in another spelling"],
    ['a/.GIT/hooks/post-checkout', "'.git' in another spelling"],
    ['.Git', "'.git' in another spelling"],
    ['GIT~1/config', "'.git' in another spelling"],
    ['.git./x', "'.git' in another spelling"],
    ['.git /x', "'.git' in another spelling"],
    ['.git::$INDEX_ALLOCATION/x', "'.git' in another spelling"],
    ['.g\u200cit/config', "'.git' in another spelling"],
    ['.ｇｉｔ/config', "'.git' in another spelling"],
    ['a\\..\\b', 'backslash'],
    ['a\u0000b', 'control'],
    ['a\nb', 'control'],
    ['a\u001b[31m', 'control'],
    ['x'.repeat(256), 'longer than 255'],
    ['x/'.repeat(1600) + 'x', 'longer than 3000'],
  ])('refuses %j', (path, reason) => {
    expect(pathFault(path)).toContain(reason);
  });
});

describe('findOverlap', () => {
  it.each([
    [['a', 'b/a', 'b/c', 'B/a'], undefined],
    [['a', 'a'], 'a'],
    [['a', 'a/b'], 'a/b'],
    [['a', 'a.b', 'a/b'], 'a/b'],
    [['README', 'readme'], undefined],
    [['link:a', 'a/b'], 'a/b'],
    [['link:A', 'a/b/c'], 'a/b/c'],
    [['link:a', 'A'], 'A'],
    [['link:x', 'y/x/z'], undefined],
  ])('looks at %j and finds %j', (names, found) => {
    const entries = names.map((name): TreeEntry => {
      const link = name.startsWith('link:');
      return { path: name.replace('link:', ''), kind: link ? 'link' : 'file', id: '', size: 0 };
    });
    const overlap = findOverlap(entries);
    expect(overlap === undefined ? undefined : [overlap.path, overlap.other]).toEqual(
      found === undefined ? undefined : expect.arrayContaining([found]),
    );
  });
});
