import type { Coverage } from './coverage.ts';
import { UnreadableReport } from '../../lib/testReports/report.ts';

/** Go's cover profile: `file:line.column,line.column statements count`. Counts statements, as `go tool cover` does. */
export function parseGoCover(text: string): Coverage {
  if (!text.startsWith('mode:')) throw new UnreadableReport('is no cover profile of Go: its first line is not a mode');
  const blocks = new Map<string, { statements: number; hit: boolean }>();
  for (const [, place = '', statements, count] of text.matchAll(/^(\S+:\d+\.\d+,\d+\.\d+) (\d+) (\d+)$/gm)) {
    // Every package that a test runs reports the block again.
    blocks.set(place, { statements: Number(statements), hit: Number(count) > 0 || blocks.get(place)?.hit === true });
  }
  const all = [...blocks.values()];
  const sum = (list: typeof all) => list.reduce((total, block) => total + block.statements, 0);
  return { covered: sum(all.filter((block) => block.hit)), total: sum(all) };
}
