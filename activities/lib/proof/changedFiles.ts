import { listEntries, type TreeEntry } from '../../../repository/entries.ts';
import type { Source } from '../../../schemas/source.ts';
import type { SourceReader } from '../source.ts';

/** One path that a change touches; `before` or `after` is absent where there is no such file, or none that can be read as text. */
export type ChangedFile = { path: string; was?: TreeEntry['kind']; is?: TreeEntry['kind']; before?: string; after?: string };

export type ChangedFiles = { files: ChangedFile[]; /** Paths of the base. */ paths: ReadonlySet<string> };

/** Longest text that is looked into; longer files are data. */
const longest = 2 ** 20;

/** Every path that differs between the source's base and its commit, symbolic links and submodules too, with both texts. */
export async function readChangedFiles(sources: SourceReader, source: Source, base: Source): Promise<ChangedFiles> {
  // One after the other: each may have to be brought into the mirror first.
  const before = await entriesOf(sources, base);
  const after = await entriesOf(sources, source);
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter((path) => !isSame(before.get(path), after.get(path))).sort();
  const [was, is] = [await sources.tree(base, base.commit), await sources.tree(source, source.commit)];
  const files: ChangedFile[] = [];
  for (const path of changed) {
    const texts = { before: await was.read(path, longest), after: await is.read(path, longest) };
    files.push({ path, was: before.get(path)?.kind, is: after.get(path)?.kind, ...texts });
  }
  return { files, paths: new Set(before.keys()) };
}

async function entriesOf(sources: SourceReader, source: Source): Promise<Map<string, TreeEntry>> {
  const entries = await sources.read(source, (git) => listEntries(git, source.commit));
  return new Map(entries.map((entry) => [entry.path, entry]));
}

function isSame(a: TreeEntry | undefined, b: TreeEntry | undefined): boolean {
  return a?.id === b?.id && a?.kind === b?.kind;
}
