import { expect, test } from 'vitest';
import { createSecurityScanner } from '../../../activities/security/scanner.ts';
import { atSmallBench, type SmallBench, type TaskChange } from '../../support/smallBench.ts';

// Put together here, so that no scanner of this repository takes it for one.
const secret = ['AKIA', 'Z7QH3LK2MNPRS6TV'].join('');
const withSecret = `one = 1\nkey = "${secret}"\n`;

function scan(bench: SmallBench, change: TaskChange = {}) {
  return atSmallBench(bench, (runStage) => createSecurityScanner({ runStage, hostEnv: { PATH: '/nowhere' } }).scanSecurity, change);
}

const cases: { title: string; bench: SmallBench; passed: boolean; summary: RegExp; fresh: number }[] = [
  {
    title: 'a secret that the base does not have blocks',
    bench: { files: { 'a.py': withSecret }, base: { 'a.py': 'one = 1\n' } },
    passed: false,
    summary: /^1 new high finding: aws in a\.py:2$/,
    fresh: 1,
  },
  {
    title: 'without a base every secret is new',
    bench: { files: { 'a.py': withSecret } },
    passed: false,
    summary: /^1 new high/,
    fresh: 1,
  },
  {
    title: 'a secret that moved to another line is known',
    bench: { files: { 'a.py': `\n\n\n${withSecret}` }, base: { 'a.py': withSecret } },
    passed: true,
    summary: /^no new findings by secretlint \(1 known\)$/,
    fresh: 0,
  },
  {
    title: 'a secret in a renamed file is known',
    bench: { files: { 'b.py': withSecret }, base: { 'a.py': withSecret } },
    passed: true,
    summary: /1 known/,
    fresh: 0,
  },
  {
    title: 'a second copy of a known secret is new',
    bench: { files: { 'a.py': withSecret, 'b.py': withSecret }, base: { 'a.py': withSecret } },
    passed: false,
    summary: /aws in b\.py:2$/,
    fresh: 1,
  },
  {
    title: 'a comment beside a new secret excuses nothing',
    bench: {
      files: { 'a.py': `# secretlint-disable\n${withSecret}` },
      base: { 'a.py': 'one = 1\n' },
    },
    passed: false,
    summary: /^1 new high finding: aws in a\.py:3$/,
    fresh: 1,
  },
  {
    title: 'a secret that a comment excused in the base is known',
    bench: {
      files: { 'a.py': `# secretlint-disable-line\n${withSecret}two = 2\n` },
      base: { 'a.py': `# secretlint-disable\n${withSecret}` },
    },
    passed: true,
    summary: /^no new findings by secretlint \(1 known\)$/,
    fresh: 0,
  },
  {
    title: 'another secret on the same line is new',
    bench: { files: { 'a.py': withSecret }, base: { 'a.py': withSecret.replace('Z7QH', 'Q7ZH') } },
    passed: false,
    summary: /^1 new high/,
    fresh: 1,
  },
];

test.each(cases)('$title', async ({ bench, passed, summary, fresh }) => {
  const result = await scan(bench);
  expect(result.summary).toMatch(summary);
  expect(result.passed).toBe(passed);
  expect(result.findings?.fresh).toBe(fresh);
});

test('a secret shows up in no log, summary or SARIF', async () => {
  const result = await scan({ files: { 'a.py': withSecret } });
  const sarif = await result.read('security.sarif');
  expect(sarif).toContain('"baselineState": "new"');
  expect(result.text + sarif + JSON.stringify(result)).not.toContain(secret.slice(4));
  expect(sarif).toContain('****');
});

const waiver = { id: 'aws', path: 'a.*', reason: 'an example', owner: 'ada' };
test('a waiver excuses a finding until its day', async () => {
  const result = await scan(
    { files: { 'a.py': withSecret } },
    { rules: { security: { waivers: [{ ...waiver, expires: '2999-01-01' }] } } },
  );
  expect(result).toMatchObject({
    passed: true,
    findings: { fresh: 0, waived: 1, error: 1 },
    summary: 'no new findings by secretlint (1 waived)',
  });
  expect(await result.read('security.sarif')).toContain('"kind": "external"');
});

test('a waiver that expired gives a notice, and its finding counts', async () => {
  const result = await scan(
    { files: { 'a.py': withSecret } },
    { rules: { security: { waivers: [{ ...waiver, expires: '2020-01-01' }] } } },
  );
  expect(result).toMatchObject({ passed: false, findings: { fresh: 1, waived: 0 } });
  expect(result.notices).toEqual(['the waiver of aws (ada) expired on 2020-01-01: its findings count again']);
});

test('the limit decides what blocks', async () => {
  const result = await scan({ files: { 'a.py': withSecret } }, { stage: { with: { block: 'critical' } } });
  expect(result).toMatchObject({ passed: true, summary: '1 new finding below the limit (aws in a.py:2) by secretlint' });
});

test('a stage whose only scanner cannot work fails and says why', async () => {
  const result = await scan({ files: { 'a.py': '' } }, { stage: { with: { scanners: ['bandit'] } } });
  expect(result).toMatchObject({
    passed: false,
    summary: 'no scanner could work: bandit: unavailable (bandit is not installed), not clean',
  });
});

test('a scanner that does not exist is refused with the nearest name', async () => {
  await expect(scan({ files: {} }, { stage: { with: { scanners: ['bandid'] } } })).rejects.toMatchObject({
    type: 'InvalidConfiguration',
    message: expect.stringContaining('did you mean "bandit"?') as string,
  });
});
