import type { Box } from '../sandbox/box.ts';
import type { Instrument } from './instruments.ts';
import { parseJunit } from '../lib/testReports/junit.ts';
import { type TestReport, UnreadableReport } from '../lib/testReports/report.ts';
import { parseTap } from './parse/tap.ts';

const usualPlaces = ['**/junit*.xml', '**/*junit.xml', '**/TEST-*.xml', '**/test-results/**/*.xml', '**/test-reports/**/*.xml', '**/surefire-reports/*.xml']; // prettier-ignore

/** JUnit files that lie in the box: those of the globs, else those in the usual places. */
export async function reportsLeft(box: Box, globs: readonly string[]): Promise<Set<string>> {
  return new Set(await box.find(globs.length > 0 ? globs : usualPlaces));
}

type Reading = { box: Box; instrument?: Instrument; report: string; before: ReadonlySet<string>; junit: readonly string[]; output: string };

/** The report of a command; nothing when it left none, a problem when it left one that cannot be read or was told to and did not. */
export async function readReport({
  box,
  instrument,
  report,
  before,
  junit,
  output,
}: Reading): Promise<{ report?: TestReport } | { problem: string }> {
  if (instrument) {
    const text = await box.readText(report);
    if (text !== undefined && text.trim() !== '') return read(text, 'the report of the tests', instrument.read);
    if ((await box.find([report])).length > 0 && text === undefined) return { problem: 'the report of the tests is larger than 32 MiB' };
  }
  const left = [...(await reportsLeft(box, junit))];
  // Files that somebody named may be written anew at the same place; elsewhere an old file says nothing.
  const fresh = junit.length > 0 ? left : left.filter((path) => !before.has(path));
  if (junit.length > 0 && fresh.length === 0) return { problem: `no file matches with.junit (${junit.join(', ')}) after the tests` };
  if (fresh.length > 0) return readAll(box, fresh, junit.length > 0);
  return /^TAP version 1[34]\s*$/m.test(output.slice(0, 4096)) ? read(output, 'the TAP that the tests print', parseTap) : {};
}

async function readAll(box: Box, paths: readonly string[], named: boolean): Promise<{ report?: TestReport } | { problem: string }> {
  const cases: TestReport['cases'] = [];
  for (const path of paths) {
    const text = await box.readText(path);
    const found =
      text === undefined ? { problem: `${path} cannot be read (larger than 32 MiB, or no regular file)` } : read(text, path, parseJunit);
    if ('problem' in found) {
      // A file in a usual place may be of another kind.
      if (named) return found;
      continue;
    }
    cases.push(...found.report.cases);
  }
  return cases.length > 0 || named ? { report: { cases } } : {};
}

function read(text: string, what: string, parse: (text: string) => TestReport): { report: TestReport } | { problem: string } {
  try {
    return { report: parse(text) };
  } catch (error) {
    if (error instanceof UnreadableReport) return { problem: `${what} ${error.message}` };
    throw error;
  }
}
