import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportFolder } from '../../activities/report/reporter.ts';
import type { RunView } from '../../client/view.ts';
import { RunReport } from '../../schemas/report.ts';
import { leftPad, startAuditServer } from '../support/auditServer.ts';
import { type Finished, type Installation, openInstallation } from '../support/installation.ts';
import { dependOnLeftPad, flakyTests, makeShop, npmHome } from '../support/shop.ts';
import { outcomes, viewOf } from '../support/views.ts';

const open: { installation?: Installation } = {};
beforeAll(async () => {
  open.installation = await openInstallation();
});
afterAll(() => open.installation?.close());

test('flaky tests pass at their retry, a new high vulnerability halts the run before the deploy, its fix goes through, the rest is reused', async () => {
  const installation = open.installation!;
  const registry = await startAuditServer({ 'left-pad': [leftPad] });
  const repository = await makeShop({ flag: join(installation.home, 'flag') });
  await installation.start(['worker'], /serving /, await npmHome(join(installation.home, 'person'), registry.url));
  const run = (...options: string[]) =>
    installation.run(['run', 'pipeline', repository.path, '--trust', '--set', 'isolation=process', ...options]);

  await dependOnLeftPad(repository, { version: '1.2.0', registry: registry.url });
  await expectHalted(installation, await run());

  await dependOnLeftPad(repository, { version: '1.3.0', registry: registry.url });
  const fixed = viewOf(await run('--json'));
  expect(outcomes(fixed)).toEqual({ lint: 'passed', test: 'passed', build: 'passed', security: 'passed', deploy: 'passed' });
  await expectInService(fixed);

  const same = viewOf(await run('--stages', 'security', '--json'));
  expect(reused(same)).toEqual(['lint', 'test', 'build', 'security']);
  expect(Date.parse(same.endedAt ?? '') - Date.parse(same.startedAt)).toBeLessThan(2000);
  const shown = await installation.run(['show', same.runId]);
  expect(shown.stdout).toMatch(/test +passed .*reused from run-pipeline\/local\/shop-/);
  expect(shown.stdout).toContain('4 reused');

  const rerun = viewOf(await installation.run(['rerun', fixed.runId, '--from', 'build', '--json']));
  expect(outcomes(rerun)).toEqual(outcomes(fixed));
  expect(reused(rerun)).toEqual(['lint', 'test']);
  await expectInService(rerun);
}, 240_000);

/** The first run's end: what the person sees, and what the report tells. */
async function expectHalted(installation: Installation, { code, stdout, stderr }: Finished): Promise<void> {
  expect(code, stderr).toBe(1);
  const finding = '1 new high finding: left-pad GHSA-aaaa-bbbb-cccc in package-lock.json';
  expect(stdout).toMatch(/✔ test +passed in .+, 2 tries: 3 tests passed/);
  expect(stdout).toContain(`flaky: ${flakyTests.join(', ')}`);
  expect(stdout).toMatch(new RegExp(`✖ security +failed .*: ${finding}`));
  expect(stdout).toMatch(/○ deploy +skipped: needs security, which failed/);

  const view = viewOf(await installation.run(['show', 'last', '--json']));
  const folder = reportFolder(installation.home, view);
  const report = RunReport.parse(JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')));
  const times = report.timeline.map(({ at }) => Date.parse(at));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expectInOrder(report.timeline.map(({ at, who, what }) => `${at} ${who} ${what}`), [
    /^\d{4}-.+Z run started/,
    / lint started/,
    / lint ran .*lint/,
    / lint passed/,
    / test RunFailed: try 1: 2 of 3 tests failed/,
    / test passed .*2 tries/,
    / build passed/,
    / security npm audit: 1 finding/,
    / security failed/,
    / deploy skipped/,
  ]); // prettier-ignore
  const markdown = await readFile(join(folder, 'report.md'), 'utf8');
  expectInOrder(markdown.split('\n'), [
    /^## failed: /,
    /^\| lint \| passed \|/,
    /^\| deploy \| skipped \|.*needs security, which failed/,
    /^\*\*security\*\*: 1 new high finding/,
    /^- \d{4}-.+Z \*\*run\*\* started/,
    /^- \d{4}-.+Z \*\*deploy\*\* skipped/,
  ]);
}

async function expectInService(view: RunView): Promise<void> {
  const url = view.stages.find(({ id }) => id === 'deploy')?.release?.url ?? 'no url';
  expect(await (await fetch(url)).text()).toBe('Hello you');
}

function expectInOrder(lines: readonly string[], wanted: readonly RegExp[]): void {
  const rest = [...lines];
  for (const pattern of wanted) {
    const at = rest.findIndex((line) => pattern.test(line));
    expect(at, `${pattern} in\n${rest.join('\n')}`).toBeGreaterThanOrEqual(0);
    rest.splice(0, at + 1);
  }
}

function reused({ stages }: RunView): string[] {
  return stages.filter(({ result }) => result?.reusedFrom !== undefined).map(({ id }) => id);
}
