/** Path → ranges of lines (from 1, both ends included) that a change added or rewrote. */
export type ChangedLines = ReadonlyMap<string, readonly (readonly [from: number, to: number])[]>;

/** Reads a unified diff without context lines. */
export function changedLines(diff: string): ChangedLines {
  const changed = new Map<string, [number, number][]>();
  let ranges: [number, number][] | undefined;
  let left = 0;
  for (const line of diff.split('\n')) {
    const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (hunk) {
      const [from, count] = [Number(hunk[2]), Number(hunk[3] ?? 1)];
      left = Number(hunk[1] ?? 1) + count;
      if (count > 0) ranges?.push([from, from + count - 1]);
    } else if (left > 0) {
      // A line of content may look like a header.
      if (/^[-+]/.test(line)) left--;
    } else if (line.startsWith('+++ ')) {
      ranges = [];
      changed.set(line.slice(4).replace(/^"?b\/|"?\t?$/g, ''), ranges);
    }
  }
  return changed;
}
