import { createHash } from 'node:crypto';
import type { Git } from '../../../repository/git.ts';
import { pathFault } from '../../../repository/paths.ts';
import { failure } from '../../../schemas/failures.ts';
import type { FileText } from '../../../schemas/mind.ts';
import { RepositoryPath } from '../../../schemas/todoList.ts';
import { type FolderEntry, readFolders } from './readFolders.ts';

/** A file as it will stand in a commit; null takes it away. */
export type PlacedFile = { path: string; mode: string; text: Buffer | null };

const longestText = 2 ** 20;

/**
 * What of the files changes a commit, each with its mode. `PathOutsideRepository` for a path that leaves the repository, goes through or onto a
 * link or submodule, or collides with a file or folder; `ChangeRefused` for a text above 1 MiB.
 */
export async function placeFiles(git: Git, commit: string, files: readonly FileText[]): Promise<PlacedFile[]> {
  // The last text of a path is the one that is meant.
  const wanted = new Map(files.map(({ path, text }) => [checkedPath(path), text === null ? null : checkedText(path, text)]));
  const paths = [...wanted.keys()].sort();
  const folders = await readFolders(git, commit, [...new Set(paths.flatMap((path) => ['', ...foldersAbove(path)]))]);
  const look = (path: string): FolderEntry | undefined => folders.get(parentOf(path))?.get(nameOf(path));

  for (const path of paths) {
    for (const folder of foldersAbove(path)) {
      const entry = look(folder);
      const makesRoom = wanted.get(folder) === null;
      if (isElsewhere(entry)) throw refused(path, `goes through ${JSON.stringify(folder)}, which is a ${kindOf(entry)}`);
      if (entry?.kind === 'file' && !makesRoom) throw refused(path, `would be inside ${JSON.stringify(folder)}, which is a file`);
      if (wanted.get(folder)) throw refused(path, `would be inside ${JSON.stringify(folder)}, which becomes a file`);
      if (entry === undefined) checkTwins(path, folder, folders);
    }
    const entry = look(path);
    if (isElsewhere(entry)) throw refused(path, `is a ${kindOf(entry)}; only plain files are changed`);
    if (entry?.kind === 'folder') throw refused(path, 'is a folder; name the files in it');
    if (entry === undefined) checkTwins(path, path, folders);
  }

  return paths.flatMap((path): PlacedFile[] => {
    const [entry, text] = [look(path), wanted.get(path) ?? null];
    const same = text === null ? entry === undefined : entry?.id === blobId(text, commit.length);
    return same ? [] : [{ path, mode: entry?.mode === '100755' ? '100755' : '100644', text }];
  });
}

function checkedPath(path: string): string {
  const parsed = RepositoryPath.safeParse(path);
  const fault = parsed.success ? pathFault(path) : (parsed.error.issues[0]?.message ?? 'is no path');
  if (fault !== undefined) throw refused(path, fault);
  return path;
}

function checkedText(path: string, text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length <= longestText) return bytes;
  throw failure('ChangeRefused', `${JSON.stringify(path)} would be larger than 1 MiB: write less into one file`, { path });
}

/** File systems that know no letter case would take a new name for a link beside it, and write where that leads. */
function checkTwins(path: string, part: string, folders: ReadonlyMap<string, ReadonlyMap<string, FolderEntry>>): void {
  const folded = fold(nameOf(part));
  for (const [name, entry] of folders.get(parentOf(part)) ?? []) {
    if (isElsewhere(entry) && fold(name) === folded)
      throw refused(path, `cannot be told from the ${kindOf(entry)} ${JSON.stringify(name)} on every system`);
  }
}

function refused(path: string, fault: string) {
  return failure('PathOutsideRepository', `the path ${JSON.stringify(path.slice(0, 300))} is refused: ${fault}`, {
    path: path.slice(0, 300),
  });
}

function isElsewhere(entry: FolderEntry | undefined): entry is FolderEntry & { kind: 'link' | 'submodule' } {
  return entry?.kind === 'link' || entry?.kind === 'submodule';
}

function kindOf({ kind }: FolderEntry): string {
  return kind === 'link' ? 'symbolic link' : kind;
}

function fold(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

function foldersAbove(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('/'));
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function blobId(text: Buffer, digits: number): string {
  return createHash(digits === 64 ? 'sha256' : 'sha1')
    .update(`blob ${text.length}\0`)
    .update(text)
    .digest('hex');
}
