import { failure } from '../schemas/failures.ts';
import type { Git } from './git.ts';

/** One path of a commit. `size` in bytes, 0 for submodules. */
export type TreeEntry = { path: string; kind: 'file' | 'link' | 'submodule'; id: string; size: number };

/** Largest tree that Mainstay takes: files, and bytes of all together. */
export const treeLimits = { entries: 200_000, bytes: 4 * 2 ** 30 };

/** All paths of a commit, in git's order; `RepositoryRefused` above the limits (trees that hold themselves many times never end otherwise). */
export async function listEntries(git: Git, commit: string, limits = treeLimits): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [];
  let bytes = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of git.stream(['ls-tree', '-r', '-z', '--long', '--full-tree', commit])) {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(0); end !== -1; end = rest.indexOf(0)) {
      const entry = parseEntry(rest.subarray(0, end).toString('utf8'));
      rest = rest.subarray(end + 1);
      entries.push(entry);
      bytes += entry.size;
      if (entries.length > limits.entries) {
        throw failure('RepositoryRefused', `the commit holds more than ${limits.entries.toLocaleString('en')} files (at ${entry.path})`);
      }
      if (bytes > limits.bytes) {
        throw failure('RepositoryRefused', `the commit's files are larger than ${limits.bytes / 2 ** 30} GiB together (at ${entry.path})`);
      }
    }
  }
  return entries;
}

const kinds: Readonly<Record<string, TreeEntry['kind']>> = { '120000': 'link', '160000': 'submodule' };

function parseEntry(line: string): TreeEntry {
  const tab = line.indexOf('\t');
  const [mode = '', , id = '', size = ''] = line.slice(0, tab).split(/ +/);
  return { path: line.slice(tab + 1), kind: kinds[mode] ?? 'file', id, size: Number(size) || 0 };
}
