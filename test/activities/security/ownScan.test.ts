import { expect, test } from 'vitest';
import { changedLines } from '../../../activities/security/changedLines.ts';
import { createSecurityScanner } from '../../../activities/security/scanner.ts';
import { atSmallBench, type SmallBench, type TaskChange } from '../../support/smallBench.ts';

const result = (line: number) => ({
  ruleId: 'weak',
  level: 'error',
  message: { text: 'bad' },
  locations: [{ physicalLocation: { artifactLocation: { uri: 'src/a%20b.js' }, region: { startLine: line } } }],
});
const sarif = JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 'mine' } }, results: [result(2), result(9)] }] });
const run = [`mkdir -p out && printf '%s' '${sarif}' > out/mine.sarif; exit 1`];

function scan(bench: SmallBench, change: TaskChange) {
  return atSmallBench(bench, (runStage) => createSecurityScanner({ runStage, hostEnv: { PATH: '/nowhere' } }).scanSecurity, change);
}

const diff = 'diff --git a/src/a b.js b/src/a b.js\n--- a/src/a b.js\t\n+++ b/src/a b.js\t\n@@ -1,0 +2,3 @@\n+x\n+++ y\n+z\n';

const cases: { title: string; bench: SmallBench; change: TaskChange; passed: boolean; summary: RegExp }[] = [
  {
    title: 'own findings on changed lines block, others are known',
    bench: { files: {}, base: {}, diff },
    change: { stage: { run, with: { sarif: ['out/*.sarif'] } } },
    passed: false,
    summary: /^1 new high finding: weak in src\/a b\.js:2$/,
  },
  {
    title: 'without a base all own findings are new',
    bench: { files: {} },
    change: { stage: { run, with: { sarif: ['out/*.sarif'] } } },
    passed: false,
    summary: /^2 new high findings: /,
  },
  {
    title: 'without SARIF the exit code decides',
    bench: { files: {} },
    change: { stage: { run: ['echo weak code; exit 4'] } },
    passed: false,
    summary: /failed \(exit 4\): weak code$/,
  },
  {
    title: 'SARIF that is missing fails',
    bench: { files: {} },
    change: { stage: { run: ['true'], with: { sarif: ['out/*.sarif'] } } },
    passed: false,
    summary: /^no SARIF file matches/,
  },
  {
    title: 'own commands that pass are enough',
    bench: { files: {} },
    change: { stage: { run: ['true'] } },
    passed: true,
    summary: /^no new findings by own commands$/,
  },
];
test.each(cases)('$title', async ({ bench, change, passed, summary }) => {
  const done = await scan(bench, change);
  expect(done.summary).toMatch(summary);
  expect(done.passed).toBe(passed);
});

test('content of a diff that looks like a header is content', () => {
  expect([...changedLines(diff)]).toEqual([['src/a b.js', [[2, 4]]]]);
});
