import { expect, test } from 'vitest';
import { createSecurityScanner } from '../../../activities/security/scanner.ts';
import type { NodePackage } from '../../../repository/project.ts';
import { leftPad, startAuditServer } from '../../support/auditServer.ts';
import { atSmallBench, type Files, type SmallBench, type TaskChange } from '../../support/smallBench.ts';

const pkg: NodePackage = {
  language: 'node',
  directory: '',
  manager: 'npm',
  scripts: {},
  dependencies: { 'left-pad': '^1.0.0' },
  private: false,
  members: [],
};

function lock(version: string): Files {
  const packages = {
    '': { name: 'shop', version: '1.0.0' },
    'node_modules/left-pad': { version, resolved: `https://registry.example/left-pad-${version}.tgz` },
    'node_modules/own': { version: '1.0.0', resolved: 'git+ssh://git@example.com/own.git' },
  };
  return { 'package-lock.json': JSON.stringify({ lockfileVersion: 3, packages }, undefined, 2) };
}

function audit(npmRegistry: string, bench: SmallBench, change: TaskChange = {}) {
  const given = { project: { packages: [pkg] }, ...bench };
  return atSmallBench(
    given,
    (runStage) => createSecurityScanner({ runStage, hostEnv: { PATH: '/nowhere' }, npmRegistry }).scanSecurity,
    change,
  );
}

test('a dependency that became vulnerable blocks, named with its advisory', async () => {
  const server = await startAuditServer({ 'left-pad': [leftPad] });
  const result = await audit(server.url, { files: lock('1.2.0'), base: lock('1.3.0') });
  expect(result).toMatchObject({ passed: false, summary: '1 new high finding: left-pad GHSA-aaaa-bbbb-cccc in package-lock.json' });
  expect(server.asked).toEqual([{ 'left-pad': ['1.2.0'] }, { 'left-pad': ['1.3.0'] }]);
});

test('a dependency that was as vulnerable before is known', async () => {
  const server = await startAuditServer({ 'left-pad': [leftPad] });
  const result = await audit(server.url, { files: lock('1.2.0'), base: lock('1.1.0') });
  expect(result).toMatchObject({
    passed: true,
    summary: 'no new findings by secretlint, npm audit (1 known)',
    findings: { error: 1, fresh: 0 },
  });
});

test('a version outside the range of the advisory is no finding', async () => {
  const server = await startAuditServer({ 'left-pad': [leftPad] });
  expect(await audit(server.url, { files: lock('1.3.0') })).toMatchObject({ passed: true, findings: { error: 0 } });
});

const answers = [
  { title: 'a registry that refuses', status: 405, says: 'npm audit: unavailable (registry answered 405), not clean' },
  { title: 'a registry that fails', status: 503, says: 'npm audit: unavailable (registry answered 503), not clean' },
];
test.each(answers)('$title leaves the audit unavailable, never clean', async ({ status, says }) => {
  const server = await startAuditServer({}, status);
  const result = await audit(server.url, { files: lock('1.2.0') });
  expect(result).toMatchObject({ passed: true, notices: [says], summary: 'no new findings by secretlint; unavailable: npm audit' });
});

test('a registry that cannot be reached leaves the audit unavailable', async () => {
  const result = await audit('http://127.0.0.1:9', { files: lock('1.2.0') });
  expect(result.notices[0]).toMatch(/^npm audit: unavailable \(registry not reached: .+\), not clean$/);
});

const manifest = (range: string) => ({ 'package.json': JSON.stringify({ dependencies: { 'left-pad': range } }) });
const installed = { 'node_modules/.package-lock.json': lock('1.2.0')['package-lock.json'] ?? '' };
const withoutLock = [
  { title: 'the install tells the versions', base: undefined, installed, passed: false, notice: undefined },
  { title: 'the same declared dependencies mean the same findings', base: manifest('^1.0.0'), installed, passed: true, notice: undefined },
  {
    title: 'changed dependencies make all findings new',
    base: manifest('^0.9.0'),
    installed,
    passed: false,
    notice:
      'npm audit: the base could not be scanned (no lock file is committed and the declared dependencies changed), so all its findings count as new',
  },
  {
    title: 'no record of the install leaves the audit unavailable',
    base: undefined,
    installed: {},
    passed: true,
    notice: 'npm audit: unavailable (no lock file is committed, and the install left no record), not clean',
  },
];
test.each(withoutLock)('without a lock file $title', async ({ base, installed, passed, notice }) => {
  const server = await startAuditServer({ 'left-pad': [leftPad] });
  const result = await audit(server.url, { files: manifest('^1.0.0'), base, installed });
  expect(result.passed).toBe(passed);
  expect(result.notices).toEqual(notice === undefined ? [] : [notice]);
});
