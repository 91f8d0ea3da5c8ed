import type { Source } from '../../schemas/source.ts';
import type { SourceReader } from '../lib/source.ts';
import type { Box } from '../sandbox/box.ts';
import { atCommit, textOf } from './commitFiles.ts';

/** A box takes a file at a time; above this a new box is quicker. */
const mostWritten = 40;
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

type Restoring = { box: Box; paths: readonly string[]; sources: SourceReader; source: Source; signal?: AbortSignal };

/** Makes these paths of the box what they are in the source's commit; false when that cannot be done file by file, and a new box is needed. */
export async function restorePaths({ box, paths, sources, source, signal }: Restoring): Promise<boolean> {
  if (paths.length === 0) return true;
  const files = await filesAt({ paths, sources, source, signal });
  if (files === undefined || files.length > mostWritten) return false;
  for (const part of portions(paths)) {
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
async function filesAt({ paths, sources, source, signal }: Omit<Restoring, 'box'>): Promise<File[] | undefined> {
  const programs = await executables({ sources, source, signal });
  return await atCommit(
    sources,
    source,
    async ({ entries, contents }) => {
      const wanted = paths.map((path) => entries.get(path)).filter((entry) => entry !== undefined);
      if (wanted.some(({ kind }) => kind !== 'file')) return undefined;
      const bytes = wanted.length > mostWritten ? [] : await contents(wanted);
      const files: File[] = [];
      for (const [i, { path }] of wanted.entries()) {
        const text = textOf(bytes[i]);
        if (text === undefined) return undefined;
        files.push({ path, text, executable: programs.has(path) });
      }
      return files;
    },
    signal,
  );
}

function executables({ sources, source, signal }: Omit<Restoring, 'box' | 'paths'>): Promise<Set<string>> {
  return sources.read(
    { ...source, base: undefined },
    async (git) => {
      const listed = await git.run(['ls-tree', '-r', '-z', '--full-tree', source.commit]);
      const lines = listed.toString('utf8').split('\0');
      return new Set(lines.filter((line) => line.startsWith('100755')).map((line) => line.slice(line.indexOf('\t') + 1)));
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
