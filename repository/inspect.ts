import { failure } from '../schemas/failures.ts';
import { readBlobs } from './blobs.ts';
import type { TreeEntry } from './entries.ts';
import type { Git } from './git.ts';
import { staysInside } from './links.ts';
import { findOverlap } from './overlaps.ts';
import { pathFault } from './paths.ts';

const longestTarget = 4096;
const mostLinks = 10_000;

/** Fails with `RepositoryRefused`, naming the path, when checking the entries out could reach anything outside their folder. */
export async function inspectEntries(git: Git, entries: readonly TreeEntry[]): Promise<void> {
  for (const { path } of entries) {
    const fault = pathFault(path);
    if (fault !== undefined) throw refused(path, fault);
  }
  const overlap = findOverlap(entries);
  if (overlap) throw refused(overlap.path, `cannot be written beside ${JSON.stringify(overlap.other)}`);
  await inspectLinks(
    git,
    entries.filter(({ kind }) => kind === 'link'),
  );
}

async function inspectLinks(git: Git, found: readonly TreeEntry[]): Promise<void> {
  const beyond = found[mostLinks];
  if (beyond) throw refused(beyond.path, `is one of more than ${mostLinks} symbolic links`);
  const long = found.find(({ size }) => size > longestTarget);
  if (long) throw refused(long.path, `is a symbolic link with a target longer than ${longestTarget} bytes`);

  const contents = await readBlobs(
    git,
    found.map(({ id }) => id),
  );
  const links = new Map(found.map(({ path }, i) => [path, contents[i]?.toString('utf8') ?? '']));
  for (const [path, target] of links) {
    if (target === '' || target.includes('\0')) throw refused(path, 'is a symbolic link whose target is not a path');
    if (!staysInside(links, path)) throw refused(path, `is a symbolic link that leaves the repository (${JSON.stringify(target)})`);
  }
}

/** The one wording for a tree that is not written to a disk. */
export function refused(path: string, fault: string) {
  return failure('RepositoryRefused', `the repository is not checked out: ${JSON.stringify(path)} ${fault}`, { path });
}
