import { z } from 'zod';
import type { Coverage } from './coverage.ts';
import { readJson, UnreadableReport } from '../../lib/testReports/report.ts';

const Summary = z.object({ total: z.object({ lines: z.object({ total: z.number(), covered: z.number() }) }) });

/** istanbul's coverage-summary.json. */
export function parseCoverageSummary(text: string): Coverage {
  const summary = Summary.safeParse(readJson(text));
  if (!summary.success) throw new UnreadableReport('is no coverage-summary.json: total.lines is missing');
  return summary.data.total.lines;
}
