import { describe, expect, it } from 'vitest';
import { openGit } from '../../../repository/git.ts';
import { boundedLines } from '../../../activities/review/boundedLines.ts';
import { readGitPath } from '../../../activities/review/gitPath.ts';
import { diffLimits, readDiff } from '../../../activities/review/readDiff.ts';
import { makeRepository } from '../../support/gitRepository.ts';

it.each([
  ['a b', 'a b'],
  ['a b\t', 'a b'],
  [String.raw`"a\tb\"\\c\n"`, 'a\tb"\\c\n'],
  [String.raw`"\303\244\a"`, 'ä\x07'],
])('reads the path %j', (text, path) => {
  expect(readGitPath(text)).toBe(path);
});

it.each<[string[], number, string[]]>([
  [['a\nb', 'c\n', '\nd'], 9, ['a', 'bc', '', 'd']],
  [['abcdef', 'ghi\nx'], 4, ['abcd…', 'x']],
  [['ä'.repeat(3)], 3, ['ä\ufffd…']],
  [[''], 3, []],
])('splits %j into lines of at most %i bytes', async (pieces, longest, expected) => {
  const lines: string[] = [];
  for await (const part of boundedLines(streamOf(pieces), longest)) lines.push(...part.map(({ text, cut }) => (cut ? `${text}…` : text)));
  expect(lines).toEqual(expected);
});

describe('readDiff', () => {
  const read = async (limits: Partial<typeof diffLimits> = {}) => {
    const repository = await makeRepository();
    const kept = 'one\ntwo\nthree\nfour\nfive\n';
    const base = await repository.commit({ changed: 'a\nb\nc\n', gone: 'x\ny\n', moved: kept });
    await repository.git(['rm', '--quiet', 'gone', 'moved']);
    const head = await repository.commit({ changed: 'a\nB\nc\nd\n', fresh: 'n\n', there: `${kept}six\n` });
    return await readDiff(openGit({ gitDir: `${repository.path}/.git` }), base, head, { ...diffLimits, ...limits });
  };

  it('tells files, lines with their numbers, and counts', async () => {
    const { files, notices, removedLines } = await read();
    expect(notices).toEqual([]);
    expect([...removedLines]).toEqual(['b', 'x', 'y']);
    expect(files).toEqual([
      { path: 'changed', status: 'modified', binary: false, added: 2, removed: 1, lines: [{ line: 2, text: 'B' }, { line: 4, text: 'd' }] },
      { path: 'fresh', status: 'added', binary: false, added: 1, removed: 0, lines: [{ line: 1, text: 'n' }] },
      { path: 'gone', status: 'deleted', binary: false, added: 0, removed: 2, lines: [] },
      { path: 'there', status: 'renamed', from: 'moved', binary: false, added: 1, removed: 0, lines: [{ line: 6, text: 'six' }] },
    ]);
  }); // prettier-ignore

  it.each<[Partial<typeof diffLimits>, RegExp]>([
    [{ keptBytes: 70 }, /lines after that were counted/],
    [{ lineBytes: 60 }, /path is longer than 60 bytes/],
  ])('says what it left out: %j', async (limits, said) => {
    const { notices } = await read(limits);
    expect(notices.join('\n')).toMatch(said);
  });
});

async function* streamOf(pieces: readonly string[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield Buffer.from(piece);
}
