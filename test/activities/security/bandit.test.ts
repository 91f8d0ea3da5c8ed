import { expect, test } from 'vitest';
import { createSecurityScanner } from '../../../activities/security/scanner.ts';
import type { PythonPackage } from '../../../repository/project.ts';
import { banditFolder } from '../../support/bandit.ts';
import { atSmallBench, type SmallBench } from '../../support/smallBench.ts';

const bin = await banditFolder();
const unless = bin === undefined ? ' (skipped: no bandit and no way to install it)' : '';

const pkg: PythonPackage = {
  language: 'python',
  directory: '',
  manager: 'pip',
  requirements: [],
  installable: false,
  buildRequires: [],
  dependencies: [],
  testExtras: [],
  testGroups: [],
  tools: [],
};
const weak = 'import subprocess\nsubprocess.call("ls " + input(), shell=True)\n';
const weaker = `${weak}subprocess.call("rm " + input(), shell=True)\n`;

function scan(bench: SmallBench) {
  const given = { project: { packages: [pkg] }, ...bench };
  const hostEnv = { PATH: `${bin}:/usr/bin:/bin` };
  return atSmallBench(given, (runStage) => createSecurityScanner({ runStage, hostEnv }).scanSecurity);
}

test.skipIf(bin === undefined)(`weak Python code that the base does not have blocks${unless}`, async () => {
  const result = await scan({ files: { 'src/a.py': weak }, base: { 'src/a.py': 'x = 1\n' } });
  expect(result).toMatchObject({
    passed: false,
    summary: '1 new high finding: B602 in src/a.py:2',
    findings: { error: 1, note: 1, fresh: 2 },
  });
});

test.skipIf(bin === undefined)(`only the weak line that is new blocks, wherever the others went${unless}`, async () => {
  const result = await scan({ files: { 'src/a.py': `import os\n\n${weaker}` }, base: { 'src/a.py': weak } });
  expect(result).toMatchObject({ passed: false, summary: '1 new high finding: B602 in src/a.py:5', findings: { error: 2, fresh: 1 } });
});

test.skipIf(bin === undefined)(`a comment of the change excuses nothing${unless}`, async () => {
  const excused = weak.replace('shell=True)', 'shell=True)  # nosec');
  const result = await scan({ files: { 'src/a.py': excused }, base: { 'src/a.py': 'x = 1\n' } });
  expect(result).toMatchObject({ passed: false, summary: '1 new high finding: B602 in src/a.py:2' });
});

test.skipIf(bin === undefined)(`the code under test is parsed, not run${unless}`, async () => {
  const result = await scan({ files: { 'setup.py': 'raise SystemExit("ran")\n', 'sitecustomize.py': 'raise SystemExit("ran")\n' } });
  expect(result).toMatchObject({ passed: true, summary: 'no new findings by secretlint, bandit' });
});

test('without bandit its part is unavailable, never clean', async () => {
  const given = { files: { 'a.py': weak }, project: { packages: [pkg] } };
  const result = await atSmallBench(given, (runStage) => createSecurityScanner({ runStage, hostEnv: { PATH: '/nowhere' } }).scanSecurity);
  expect(result).toMatchObject({
    passed: true,
    summary: 'no new findings by secretlint; unavailable: bandit',
    notices: ['bandit: unavailable (bandit is not installed), not clean'],
  });
});
