import type { Git } from './git.ts';

/** Contents of blobs by id, in the order of `ids`; undefined for one that is missing. One git process for all. */
export function readBlobs(git: Git, ids: readonly string[]): Promise<(Buffer | undefined)[]> {
  return readObjects(git, ids, 'blob');
}

/** The same for objects of a type, by any name without a line feed that git knows them by. */
export async function readObjects(git: Git, names: readonly string[], wanted: 'blob' | 'tree'): Promise<(Buffer | undefined)[]> {
  if (names.length === 0) return [];
  const output = await git.run(['cat-file', '--batch'], { input: `${names.join('\n')}\n` });
  const contents: (Buffer | undefined)[] = [];
  let at = 0;
  for (let i = 0; i < names.length; i++) {
    const end = output.indexOf(10, at);
    const header = /^[0-9a-f]+ (\w+) (\d+)$/.exec(output.toString('utf8', at, end));
    at = end + 1;
    if (header === null) {
      contents.push(undefined);
      continue;
    }
    const [, type, size] = header;
    contents.push(type === wanted ? output.subarray(at, at + Number(size)) : undefined);
    at += Number(size) + 1;
  }
  return contents;
}
