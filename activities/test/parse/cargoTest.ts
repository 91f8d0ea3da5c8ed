import type { TestCase, TestReport } from '../../lib/testReports/report.ts';

/** The text that `cargo test` prints: `test module::name ... ok`, and a block per failure. */
export function parseCargoTest(text: string): TestReport {
  const messages = new Map<string, string>();
  for (const match of text.matchAll(/^---- (.+?) stdout ----\n([\s\S]*?)(?=^---- |^failures:|^\s*$(?![\s\S]))/gm)) {
    messages.set(match[1] ?? '', panicOf(match[2] ?? ''));
  }
  const cases: TestCase[] = [];
  for (const match of text.matchAll(/^test (.+?)(?: - should panic)? \.\.\. (ok|FAILED|ignored)\b/gm)) {
    const name = match[1] ?? '';
    const status = match[2] === 'ok' ? 'passed' : match[2] === 'FAILED' ? 'failed' : 'skipped';
    cases.push({ name, status, message: status === 'failed' ? (messages.get(name) ?? 'failed') : undefined });
  }
  return { cases };
}

function panicOf(block: string): string {
  const lines = block
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const panic = lines.findIndex((line) => line.includes('panicked at'));
  return (panic === -1 ? lines[0] : (lines[panic + 1] ?? lines[panic])) ?? 'failed';
}
