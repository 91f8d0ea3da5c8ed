import type { Git } from '../../../repository/git.ts';
import { boundedLines, upTo } from '../boundedLines.ts';
import type { ChangedFile } from '../change.ts';
import { readGitPath } from '../gitPath.ts';
import { diffLimits, diffTree } from '../readDiff.ts';

export type Patch = { path: string; text: string };

const longestLine = 2000;

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
  const pieces = upTo(git.stream(diffTree(['--unified=3'], range.base, range.commit)), diffLimits.readBytes, () => undefined);
  for await (const lines of boundedLines(pieces, longestLine)) {
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
        // Half of a secret would not be recognised.
        current.lines.push(cut ? `${text.charAt(0)}[a line of more than ${longestLine} bytes]` : text);
        size += text.length;
      }
    }
    if (size > most) break;
  }
  return patches.filter(({ path }) => wanted.has(path)).map(({ path, lines }) => ({ path, text: lines.join('\n') }));
}
