import { stripVTControlCharacters } from 'node:util';
import type { TestCase, TestReport } from '../../lib/testReports/report.ts';

/** uvu's own text: totals without the skipped at the end, and a block per failure. Undefined when the totals are missing. */
export function parseUvu(output: string): TestReport | undefined {
  const text = stripVTControlCharacters(output);
  const figure = (name: string) => Number(new RegExp(`^\\s*${name}:\\s+(\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  const [total, passed, skipped] = [figure('Total'), figure('Passed'), figure('Skipped')];
  if (!Number.isFinite(total) || !Number.isFinite(passed)) return undefined;
  const cases = [...text.matchAll(/^\s*FAIL\s+(?:(\S.*?)\s+)?"(.+)"\n\s*(.*)$/gm)].map(([, suite, title, message]): TestCase => ({
    name: [suite, title].filter(Boolean).join(' > '),
    status: 'failed',
    message,
  }));
  // A failure whose block was cut away still counts.
  const unseen = Math.max(0, total - passed - cases.length);
  return { cases, unnamed: { passed, failed: unseen, skipped: Number.isFinite(skipped) ? skipped : 0 } };
}
