import { readObjects } from '../../../repository/blobs.ts';
import type { Git } from '../../../repository/git.ts';

/** One name in a folder of a commit; `mode` as git writes it. */
export type FolderEntry = { mode: string; id: string; kind: 'file' | 'folder' | 'link' | 'submodule' };

/** What the folders of a commit hold (`''` is the outermost), by one git process. Folders that are not there are left out. */
export async function readFolders(
  git: Git,
  commit: string,
  folders: readonly string[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, FolderEntry>>> {
  const trees = await readObjects(
    git,
    folders.map((folder) => `${commit}:${folder}`),
    'tree',
  );
  return new Map(folders.flatMap((folder, i) => (trees[i] === undefined ? [] : [[folder, entriesOf(trees[i], commit.length / 2)]])));
}

const kinds: Readonly<Record<string, FolderEntry['kind']>> = { '40000': 'folder', '120000': 'link', '160000': 'submodule' };

/** https://git-scm.com/book/en/v2/Git-Internals-Git-Objects: mode, a space, the name, a zero byte, the id's bytes. */
function entriesOf(tree: Buffer, idBytes: number): Map<string, FolderEntry> {
  const entries = new Map<string, FolderEntry>();
  for (let at = 0; at < tree.length;) {
    const [space, end] = [tree.indexOf(32, at), tree.indexOf(0, at)];
    const mode = tree.toString('latin1', at, space).replace(/^0/, '');
    const id = tree.toString('hex', end + 1, end + 1 + idBytes);
    entries.set(tree.toString('utf8', space + 1, end), { mode, id, kind: kinds[mode] ?? 'file' });
    at = end + 1 + idBytes;
  }
  return entries;
}
