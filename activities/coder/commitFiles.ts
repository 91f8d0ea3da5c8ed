import { isUtf8 } from 'node:buffer';
import { readBlobs } from '../../repository/blobs.ts';
import { listEntries, type TreeEntry } from '../../repository/entries.ts';
import type { Source } from '../../schemas/source.ts';
import type { SourceReader } from '../lib/source.ts';

/** Largest file whose text is read or written, bytes. */
export const longestText = 2 ** 20;
const binaryProbe = 8000;

/** The paths of one commit, links and submodules included, and what is in them. */
export type CommitFiles = {
  entries: ReadonlyMap<string, TreeEntry>;
  /** Contents in the order of the entries, for files of at most 1 MiB; undefined for larger ones. */
  contents(entries: readonly TreeEntry[]): Promise<(Buffer | undefined)[]>;
};

/** Looks at the commit's files in git's objects. `work` may run twice, so it only reads. */
export function atCommit<T>(
  sources: SourceReader,
  source: Source,
  work: (files: CommitFiles) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  return sources.read(
    { ...source, base: undefined },
    async (git) => {
      const entries = await listEntries(git, source.commit);
      return await work({
        entries: new Map(entries.map((entry) => [entry.path, entry])),
        async contents(wanted) {
          const small = wanted.filter(({ size, kind }) => size <= longestText && kind !== 'submodule');
          const blobs = await readBlobs(
            git,
            small.map(({ id }) => id),
          );
          const found = new Map(small.map(({ id }, i) => [id, blobs[i]]));
          return wanted.map(({ id, size }) => (size <= longestText ? found.get(id) : undefined));
        },
      });
    },
    signal,
  );
}

/** The text of a file's bytes; undefined for what is no text. */
export function textOf(bytes: Buffer | undefined): string | undefined {
  if (bytes === undefined || bytes.subarray(0, binaryProbe).includes(0) || !isUtf8(bytes)) return undefined;
  return bytes.toString('utf8');
}

/** Whether the path is a folder of the commit. */
export function isFolder({ entries }: CommitFiles, path: string): boolean {
  if (path === '') return true;
  for (const other of entries.keys()) if (other.startsWith(`${path}/`)) return true;
  return false;
}

/** What stands above the path and is no folder: a file, link or submodule of the commit. */
export function obstacleAbove({ entries }: Pick<CommitFiles, 'entries'>, path: string): TreeEntry | undefined {
  const parts = path.split('/');
  for (let length = 1; length < parts.length; length++) {
    const above = entries.get(parts.slice(0, length).join('/'));
    if (above !== undefined) return above;
  }
  return undefined;
}

/** What an entry is, for people. */
export function nameOfKind(kind: TreeEntry['kind']): string {
  return { file: 'file', link: 'symbolic link', submodule: 'submodule' }[kind];
}
