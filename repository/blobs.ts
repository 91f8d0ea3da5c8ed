import type { Git } from './git.ts';

/** Contents of blobs by id, in the order of `ids`; undefined for one that is missing. One git process for all. */
export async function readBlobs(git: Git, ids: readonly string[]): Promise<(Buffer | undefined)[]> {
  if (ids.length === 0) return [];
  const output = await git.run(['cat-file', '--batch'], { input: `${ids.join('\n')}\n` });
  const contents: (Buffer | undefined)[] = [];
  let at = 0;
  for (let i = 0; i < ids.length; i++) {
    const end = output.indexOf(10, at);
    const [, type, size] = output.toString('utf8', at, end).split(' ');
    at = end + 1;
    if (type !== 'blob') {
      contents.push(undefined);
      continue;
    }
    contents.push(output.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
  return contents;
}
