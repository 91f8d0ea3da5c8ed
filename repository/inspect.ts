import { failure } from '../schemas/failures.ts';
import { readBlobs } from './blobs.ts';
import type { TreeEntry } from './entries.ts';
import type { Git } from './git.ts';
import { staysInside } from './links.ts';
import { pathFault } from './paths.ts';

const longestTarget = 4096;

/** Fails with `RepositoryRefused`, naming the path, when checking the entries out could reach anything outside their folder. */
export async function inspectEntries(git: Git, entries: readonly TreeEntry[]): Promise<void> {
  for (const { path } of entries) {
    const fault = pathFault(path);
    if (fault !== undefined) throw refused(path, fault);
  }
  refuseOverlaps(entries);
  await refuseEscapes(git, entries);
}

/** A path that is a link or file and a folder at once: what is written "into the folder" would follow the link. */
function refuseOverlaps(entries: readonly TreeEntry[]): void {
  const taken = new Set<string>();
  for (const { path } of entries) {
    if (taken.has(path)) throw refused(path, 'is there twice');
    taken.add(path);
  }
  // Case is folded only for links: folders that differ in case are common and harmless where case counts.
  const links = new Set(entries.filter(({ kind }) => kind === 'link').map(({ path }) => fold(path)));
  for (const { path } of entries) {
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const folder = path.slice(0, slash);
      if (taken.has(folder) || links.has(fold(folder))) throw refused(path, `lies in ${folder}, which is no folder`);
    }
  }
}

async function refuseEscapes(git: Git, entries: readonly TreeEntry[]): Promise<void> {
  const found = entries.filter(({ kind }) => kind === 'link');
  const long = found.find(({ size }) => size > longestTarget);
  if (long) throw refused(long.path, `is a symbolic link with a target longer than ${longestTarget} bytes`);

  const contents = await readBlobs(
    git,
    found.map(({ id }) => id),
  );
  const links = new Map(found.map(({ path }, i) => [path, contents[i]?.toString('utf8') ?? '']));
  for (const [path, target] of links) {
    if (target.includes('\0')) throw refused(path, 'is a symbolic link with a NUL in its target');
    if (!staysInside(links, path)) throw refused(path, `is a symbolic link that leaves the repository (${JSON.stringify(target)})`);
  }
}

function fold(path: string): string {
  return path.normalize('NFKC').toLowerCase();
}

function refused(path: string, fault: string) {
  return failure('RepositoryRefused', `the repository is not checked out: ${JSON.stringify(path)} ${fault}`, { path });
}
