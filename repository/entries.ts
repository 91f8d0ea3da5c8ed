import { isUtf8 } from 'node:buffer';
import { failure } from '../schemas/failures.ts';
import type { Git } from './git.ts';

/** One path of a commit. `size` in bytes, 0 for submodules. A path that is no UTF-8 is read as Latin-1. */
export type TreeEntry = { path: string; kind: 'file' | 'link' | 'submodule'; id: string; size: number };

/** Largest tree that Mainstay takes: files, bytes of all together, and bytes of the list of them. */
export const treeLimits = { entries: 200_000, bytes: 4 * 2 ** 30, listBytes: 64 * 2 ** 20 };

/** All paths of a commit, in git's order; `RepositoryRefused` above the limits (a tree that holds another twice, and so on, grows without end). */
export async function listEntries(git: Git, commit: string, limits = treeLimits): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [];
  let bytes = 0;
  let listBytes = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of git.stream(['ls-tree', '-r', '-z', '--long', '--full-tree', commit])) {
    listBytes += chunk.length;
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(0); end !== -1; end = rest.indexOf(0)) {
      const entry = parseEntry(rest.subarray(0, end));
      rest = rest.subarray(end + 1);
      entries.push(entry);
      bytes += entry.size;
    }
    const last = entries.at(-1)?.path ?? '';
    if (entries.length > limits.entries) throw tooLarge(`more than ${limits.entries.toLocaleString('en')} files`, last);
    if (bytes > limits.bytes) throw tooLarge(`more than ${limits.bytes / 2 ** 30} GiB`, last);
    if (listBytes > limits.listBytes) throw tooLarge(`more than ${limits.listBytes / 2 ** 20} MiB of file names`, last);
  }
  return entries;
}

const kinds: Readonly<Record<string, TreeEntry['kind']>> = { '120000': 'link', '160000': 'submodule' };

function parseEntry(line: Buffer): TreeEntry {
  const tab = line.indexOf('\t');
  const [mode = '', , id = '', size = ''] = line.toString('latin1', 0, tab).split(/ +/);
  const name = line.subarray(tab + 1);
  return { path: name.toString(isUtf8(name) ? 'utf8' : 'latin1'), kind: kinds[mode] ?? 'file', id, size: Number(size) || 0 };
}

function tooLarge(what: string, at: string) {
  return failure('RepositoryRefused', `the commit holds ${what} (counted up to ${JSON.stringify(at)}); that is more than Mainstay takes`, {
    path: at,
  });
}
