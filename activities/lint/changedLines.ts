/** Lines of the new version that a change touches: path → from, to (both included). */
export type ChangedLines = ReadonlyMap<string, readonly (readonly [number, number])[]>;

/** Reads a unified diff without context. A deleted file has no lines; where lines were only removed, the two beside the gap count. */
export function changedLines(diff: string): ChangedLines {
  const changed = new Map<string, [number, number][]>();
  let ranges: [number, number][] | undefined;
  let left = { old: 0, new: 0 };
  for (const line of diff.split('\n')) {
    // Inside a hunk a line of the file may look like a header.
    if (left.old > 0 && line.startsWith('-')) left.old -= 1;
    else if (left.new > 0 && line.startsWith('+')) left.new -= 1;
    else if (line.startsWith('diff --git ')) ranges = undefined;
    else if (line.startsWith('+++ ')) {
      const path = pathOf(line.slice(4));
      ranges = path === undefined ? undefined : (changed.get(path) ?? []);
      if (path !== undefined && ranges) changed.set(path, ranges);
    } else {
      const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
      if (!hunk) continue;
      const start = Number(hunk[2]);
      const count = hunk[3] === undefined ? 1 : Number(hunk[3]);
      left = { old: hunk[1] === undefined ? 1 : Number(hunk[1]), new: count };
      ranges?.push(count === 0 ? [start, start + 1] : [start, start + count - 1]);
    }
  }
  return changed;
}

/** True when the change touches the line, or, without a line, the file. */
export function isChanged(changed: ChangedLines, path: string, line: number | undefined): boolean {
  const ranges = changed.get(path);
  if (ranges === undefined) return false;
  return line === undefined || ranges.some(([from, to]) => line >= from && line <= to);
}

function pathOf(name: string): string | undefined {
  const plain = name.replace(/\t.*$/, '').replace(/\r$/, '');
  if (plain === '/dev/null') return undefined;
  return (plain.startsWith('"') ? unquoted(plain) : plain).replace(/^b\//, '');
}

/** git writes bytes outside ASCII as octal escapes within quotes. */
function unquoted(text: string): string {
  const bytes: number[] = [];
  for (const [, octal, escape, plain] of text.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|([^\\])/gu)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else bytes.push(...Buffer.from(escape === undefined ? (plain ?? '') : ({ n: '\n', t: '\t', r: '\r' }[escape] ?? escape)));
  }
  return Buffer.from(bytes).toString('utf8');
}
