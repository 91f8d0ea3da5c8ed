import lcovParse from 'lcov-parse';
import type { Coverage } from './coverage.ts';
import { UnreadableReport } from '../../lib/testReports/report.ts';

/** Line coverage of an LCOV tracefile. */
export function parseLcov(text: string): Coverage {
  let read: { error?: unknown; files: lcovParse.LcovFile[] } = { files: [] };
  // `source` reads text; the module's own function would open a file of that name.
  lcovParse.source(text, (error, files) => {
    read = { error, files: files ?? [] };
  });
  if (read.error || read.files.every(({ file }) => !file))
    throw new UnreadableReport('is no LCOV tracefile: it has no record of a source file');
  return read.files.map(linesOf).reduce((sum, file) => ({ covered: sum.covered + file.covered, total: sum.total + file.total }));
}

function linesOf({ lines }: lcovParse.LcovFile): Coverage {
  if (lines.found > 0) return { covered: Math.min(lines.hit, lines.found), total: lines.found };
  return { covered: lines.details.filter(({ hit }) => hit > 0).length, total: lines.details.length };
}
