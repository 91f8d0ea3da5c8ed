import { z } from 'zod';
import type { TestCase, TestReport } from '../../lib/testReports/report.ts';

const Event = z.object({
  Action: z.string(),
  Package: z.string().optional(),
  ImportPath: z.string().optional(),
  Test: z.string().optional(),
  Elapsed: z.number().optional(),
  Output: z.string().optional(),
});

/** `go test -json`. A package that does not build, or fails outside its tests, is one failed test with the package's name. */
export function parseGoTest(text: string): TestReport {
  const cases: TestCase[] = [];
  const said = new Map<string, string>();
  const parents = new Set<string>();
  for (const line of text.split('\n')) {
    const event = readEvent(line);
    if (event === undefined) continue;
    const place = event.Package ?? event.ImportPath ?? '';
    const name = event.Test === undefined ? place : `${place} > ${event.Test}`;
    if (event.Output !== undefined) said.set(name, ((said.get(name) ?? '') + event.Output).slice(-4000));
    if (event.Test?.includes('/')) parents.add(`${place} > ${event.Test.slice(0, event.Test.lastIndexOf('/'))}`);
    const status = ({ pass: 'passed', fail: 'failed', skip: 'skipped', 'build-fail': 'failed' } as const)[event.Action];
    if (status === undefined) continue;
    if (
      event.Test === undefined &&
      (status !== 'failed' || cases.some((other) => other.status === 'failed' && other.name.startsWith(place)))
    )
      continue;
    cases.push({ name, status, seconds: event.Elapsed, message: status === 'failed' ? messageOf(said.get(name) ?? '') : undefined });
  }
  // A test with subtests is counted by them.
  return { cases: cases.filter(({ name, status }) => !parents.has(name) || (status === 'failed' && !failsWithin(cases, name))) };
}

function readEvent(line: string): z.infer<typeof Event> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return Event.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function failsWithin(cases: readonly TestCase[], name: string): boolean {
  return cases.some((other) => other.status === 'failed' && other.name.startsWith(`${name}/`));
}

function messageOf(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  return lines.find((line) => line !== '' && !/^(?:=== |--- |FAIL\b|PASS\b|# )/.test(line)) ?? 'failed';
}
