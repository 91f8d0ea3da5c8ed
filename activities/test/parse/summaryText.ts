import { stripVTControlCharacters } from 'node:util';
import type { TestReport } from '../../lib/testReports/report.ts';

type Counter = { passed: RegExp; failed?: RegExp; skipped?: RegExp; total?: boolean };

/** How runners sum up in their last lines. `total`: the first figure counts all, not only the passed. */
const counters: readonly Counter[] = [
  { passed: /^\s*(\d+) passing\b/m, failed: /^\s*(\d+) failing\b/m, skipped: /^\s*(\d+) pending\b/m },
  { passed: /^(?:#|ℹ) tests (\d+)$/m, failed: /^(?:#|ℹ) fail (\d+)$/m, skipped: /^(?:#|ℹ) skipped (\d+)$/m, total: true },
  { passed: /^Tests:.*?(\d+) passed/m, failed: /^Tests:.*?(\d+) failed/m, skipped: /^Tests:.*?(\d+) skipped/m },
  { passed: /^\s*Tests\s.*?(\d+) passed/m, failed: /^\s*Tests\s.*?(\d+) failed/m, skipped: /^\s*Tests\s.*?(\d+) skipped/m },
  { passed: /^(\d+) specs?, /m, failed: /^\d+ specs?, (\d+) failures?/m, skipped: /, (\d+) pending specs?/m, total: true },
  { passed: /^# tests\s+(\d+)$/m, failed: /^# fail\s+(\d+)$/m, total: true },
  { passed: /^Ran (\d+) tests? in /m, failed: /^FAILED \(.*?failures=(\d+)/m, skipped: /skipped=(\d+)/m, total: true },
  {
    passed: /^(?:=+ )?(?:.*, )?(\d+) passed.* in [\d.]+s/m,
    failed: /(\d+) failed\b.* in [\d.]+s/m,
    skipped: /(\d+) skipped\b.* in [\d.]+s/m,
  },
  { passed: /^\s*(\d+) pass$/m, failed: /^\s*(\d+) fail$/m, skipped: /^\s*(\d+) skip$/m },
  { passed: /^(\d+) tests? passed$/m, total: true },
  { passed: /^\d+ of (\d+) tests? failed$/m, failed: /^(\d+) of \d+ tests? failed$/m, total: true },
];

/** Counts from the last lines of a runner whose report has no file; undefined when no known summary is there. */
export function readSummary(output: string): TestReport | undefined {
  // Colours would hide the words.
  const text = stripVTControlCharacters(output).replace(/\r/g, '');
  for (const { passed, failed, skipped, total } of counters) {
    const first = last(text, passed);
    const bad = failed ? (last(text, failed) ?? 0) : 0;
    if (first === undefined && bad === 0) continue;
    const left = skipped ? (last(text, skipped) ?? 0) : 0;
    const good = total ? Math.max(0, (first ?? 0) - bad - left) : (first ?? 0);
    return { cases: [], unnamed: { passed: good, failed: bad, skipped: left } };
  }
  return undefined;
}

function last(text: string, pattern: RegExp): number | undefined {
  const found = [...text.matchAll(new RegExp(pattern, 'gm'))].at(-1)?.[1];
  return found === undefined ? undefined : Number(found);
}
