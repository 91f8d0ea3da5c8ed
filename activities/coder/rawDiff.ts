/** One path that two commits have differently; modes as git writes them, `000000` where it is absent. */
export type RawDifference = { path: string; before: string; after: string; id: string };

/** Reads the output of `git diff-tree -r -z --raw --no-renames`. */
export function rawDiff(output: Buffer): RawDifference[] {
  const parts = output.toString('utf8').split('\0');
  const found: RawDifference[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const [before = '', after = '', , id = ''] = (parts[i] ?? '').replace(/^:/, '').split(' ');
    found.push({ path: parts[i + 1] ?? '', before, after, id });
  }
  return found;
}

/** A plain file before and after. */
export function isRewritten({ before, after }: RawDifference): boolean {
  return before.startsWith('100') && after.startsWith('100');
}
