import type { Git } from '../../../repository/git.ts';
import { boundedLines } from '../boundedLines.ts';
import type { ChangedFile } from '../change.ts';
import { readGitPath } from '../gitPath.ts';
import { diffTree } from '../readDiff.ts';

export type Patch = { path: string; text: string };

const longestLine = 1000;

/** The diff of some files with context, file by file, until there are `most` characters of it. */
export async function readPatch(
  git: Git,
  range: { base: string; commit: string },
  files: readonly ChangedFile[],
  most: number,
): Promise<Patch[]> {
  const wanted = new Set(files.map(({ path }) => path));
  const patches: { path: string; lines: string[] }[] = [];
  let head: string[] = [];
  let inHead = false;
  let size = 0;
  for await (const lines of boundedLines(git.stream(diffTree(['--unified=3'], range.base, range.commit)), longestLine)) {
    for (const { text, cut } of lines) {
      if (text.startsWith('diff --git ')) [head, inHead] = [[], true];
      const current = inHead ? undefined : patches.at(-1);
      if (inHead) {
        head.push(text);
        if (!text.startsWith('+++ ')) continue;
        inHead = false;
        const path = readGitPath(text.slice(4)).replace(/^b\//, '');
        patches.push({ path, lines: [head.find((line) => line.startsWith('--- ')) ?? '', text] });
      } else if (current !== undefined && wanted.has(current.path)) {
        current.lines.push(cut ? `${text}…` : text);
        size += text.length;
      }
    }
    if (size > most) break;
  }
  return patches.filter(({ path }) => wanted.has(path)).map(({ path, lines }) => ({ path, text: lines.join('\n') }));
}
