import { readBlobs } from '../../repository/blobs.ts';
import type { Source } from '../../schemas/source.ts';
import type { SourceReader } from '../lib/source.ts';
import type { Box } from '../sandbox/box.ts';
import { textOf } from './commitFiles.ts';

/** A box takes a file at a time; above this a new box is quicker. */
const mostWritten = 40;
const mostPaths = 500;
const longestArguments = 64 * 2 ** 10;
const withinMs = 60_000;

// A folder above a path may have become a link or a file; then it goes first, so that nothing is written elsewhere.
const clear = `for path do
  rest=$path; at=.
  while [ "\${rest#*/}" != "$rest" ]; do
    at=$at/\${rest%%/*}; rest=\${rest#*/}
    if [ -L "$at" ] || { [ -e "$at" ] && [ ! -d "$at" ]; }; then rm -f -- "$at"; fi
  done
  rm -rf -- "./$path"
done`;

type Restoring = {
  box: Box;
  paths: readonly string[];
  /** Those that are plain files now and stay plain files. */
  rewritten?: readonly string[];
  sources: SourceReader;
  source: Source;
  signal?: AbortSignal;
};

/** Makes these paths of the box what they are in the source's commit; false when that cannot be done file by file, and a new box is needed. */
export async function restorePaths({ box, paths, rewritten = [], ...at }: Restoring): Promise<boolean> {
  const all = [...paths, ...rewritten];
  if (all.length === 0) return true;
  if (all.length > mostPaths) return false;
  const files = await filesAt({ paths: all, ...at });
  if (files === undefined || files.length > mostWritten) return false;
  for (const part of paths.length === 0 ? [] : portions(paths)) {
    const cleared = await box.run({ command: ['sh', '-c', clear, 'sh', ...part], timeoutMs: withinMs });
    if (cleared.exitCode !== 0) return false;
  }
  for (const { path, text } of files) await box.writeText(path, text);
  const programs = files.filter(({ executable }) => executable).map(({ path }) => `./${path}`);
  if (programs.length === 0) return true;
  return (await box.run({ command: ['chmod', '755', ...programs], timeoutMs: withinMs })).exitCode === 0;
}

type File = { path: string; text: string; executable: boolean };

/** The files of these paths, as far as the commit has them; undefined when one is no text. */
function filesAt({ paths, sources, source, signal }: Omit<Restoring, 'box' | 'rewritten'>): Promise<File[] | undefined> {
  return sources.read(
    { ...source, base: undefined },
    async (git) => {
      const listed = await git.run(['ls-tree', '-z', '--full-tree', source.commit, '--', ...paths]);
      const entries = listed
        .toString('utf8')
        .split('\0')
        .filter(Boolean)
        .map((line) => ({ path: line.slice(line.indexOf('\t') + 1), mode: line.slice(0, 6), id: line.split(/[ \t]/)[2] ?? '' }));
      const there = entries.filter(({ mode }) => mode !== '040000');
      if (there.length > mostWritten || there.some(({ mode }) => !mode.startsWith('100'))) return undefined;
      const blobs = await readBlobs(
        git,
        there.map(({ id }) => id),
      );
      const files = there.map(({ path, mode }, i) => ({ path, text: textOf(blobs[i]), executable: mode === '100755' }));
      return files.every((file): file is File => file.text !== undefined) ? files : undefined;
    },
    signal,
  );
}

function portions(paths: readonly string[]): string[][] {
  const parts: string[][] = [[]];
  let room = longestArguments;
  for (const path of paths) {
    room -= Buffer.byteLength(path) + 1;
    if (room < 0) {
      parts.push([]);
      room = longestArguments;
    }
    parts.at(-1)?.push(path);
  }
  return parts;
}
