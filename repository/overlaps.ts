import type { TreeEntry } from './entries.ts';

/**
 * Finds a path that cannot be written beside another one: twice the same, or inside what is a file or link (writing "into that folder" would
 * follow the link). Letter case and Unicode forms count only around links: names that differ in case alone are common and harmless.
 */
export function findOverlap(entries: readonly TreeEntry[]): { path: string; other: string } | undefined {
  return (
    overlapIn(
      entries,
      (path) => path,
      () => true,
    ) ??
    overlapIn(
      entries,
      (path) => path.normalize('NFKC').toLowerCase(),
      (a, b) => a.kind === 'link' || b.kind === 'link',
    )
  );
}

type Matters = (a: TreeEntry, b: TreeEntry) => boolean;

function overlapIn(entries: readonly TreeEntry[], fold: (path: string) => string, matters: Matters) {
  // With `/` as the lowest character, what lies in a folder directly follows the folder's own name.
  const sorted = entries
    .map((entry) => ({ entry, key: fold(entry.path).replaceAll('/', '\0') }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  for (let i = 1; i < sorted.length; i++) {
    const [before, after] = [sorted[i - 1], sorted[i]];
    if (before === undefined || after === undefined) continue;
    const overlaps = after.key === before.key || after.key.startsWith(`${before.key}\0`);
    if (overlaps && matters(before.entry, after.entry)) return { path: after.entry.path, other: before.entry.path };
  }
  return undefined;
}
