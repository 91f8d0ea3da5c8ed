import { posix } from 'node:path';
import type { Place } from './finding.ts';

/** A path as a linter gives it (absolute in the box, a file URL, or relative to where it ran), relative to the repository's root. */
export function repositoryPath(path: string, { root, directory }: Place): string {
  const plain = path.startsWith('file://') ? decoded(path.slice('file://'.length)) : path;
  const absolute = posix.resolve(posix.join(root, directory), plain);
  const relative = posix.relative(root, absolute);
  return relative.startsWith('..') ? plain : relative;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
