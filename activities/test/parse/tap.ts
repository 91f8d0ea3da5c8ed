import { Parser, type Result } from 'tap-parser';
import { type TestCase, type TestReport, UnreadableReport } from '../../lib/testReports/report.ts';

/** TAP 12 to 14, text around it ignored; a subtest counts by its leaves. A plan that was not kept is a failed test of its own. */
export function parseTap(text: string): TestReport {
  const start = text.search(/^(?:TAP version 1[234]|1\.\.\d+|(?:not )?ok\b)/m);
  if (start === -1) throw new UnreadableReport('holds no TAP: neither a version, nor a plan, nor a test point');
  const cases: TestCase[] = [];
  const parser = new Parser({ omitVersion: true });
  follow(parser, [], cases);
  let final: { ok: boolean; bailout: boolean | string; plan: { end: number | null; skipAll: boolean }; failures: unknown[] } | undefined;
  parser.on('complete', (results) => {
    final = results;
  });
  parser.end(text.slice(start));
  if (final !== undefined && !final.ok && !cases.some(({ status }) => status === 'failed')) {
    const why = typeof final.bailout === 'string' ? `bailed out: ${final.bailout}` : final.bailout ? 'bailed out' : 'the plan was not kept';
    cases.push({ name: 'TAP plan', status: 'failed', message: why });
  }
  return { cases };
}

function follow(parser: Parser, path: string[], cases: TestCase[]): void {
  let nested = false;
  parser.on('child', (child: Parser) => {
    nested = true;
    follow(child, child.name ? [...path, child.name] : path, cases);
  });
  parser.on('assert', (result: Result) => {
    const summarises = nested;
    nested = false;
    // The point after a subtest sums it up; it counts only when none of the subtest's own says why it failed.
    if (
      summarises &&
      (result.ok || cases.some(({ name, status }) => status === 'failed' && name.startsWith([...path, result.name].join(' > '))))
    )
      return;
    cases.push(toCase(result, path));
  });
}

function toCase(result: Result, path: string[]): TestCase {
  const name = [...path, result.name || `test ${result.id}`].join(' > ');
  if (result.skip || result.todo) return { name, status: 'skipped' };
  if (result.ok) return { name, status: 'passed' };
  return { name, status: 'failed', message: messageOf(result.diag) };
}

function messageOf(diagnostics: unknown): string {
  if (typeof diagnostics !== 'object' || diagnostics === null) return 'not ok';
  const known = diagnostics as Record<string, unknown>;
  const found = [known.message, known.error, known.name, known.operator].find((value) => typeof value === 'string' && value !== '');
  return typeof found === 'string' ? found : 'not ok';
}
