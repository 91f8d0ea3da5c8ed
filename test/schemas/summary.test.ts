import { describe, expect, it } from 'vitest';
import { plainLines } from '../../schemas/plainText.ts';
import { summaryLines } from '../../schemas/summary.ts';
import { runOf } from '../support/runs.ts';

describe('summaryLines', () => {
  it('says in a line each how the run and its stages ended, and where the release is', () => {
    expect(summaryLines(runOf().result).map(({ of, text }) => `${of}: ${text}`)).toEqual([
      'run: passed: acme/shop at aaaaaaaaaaaa (main) in 9s; 3 stages, 1 reused',
      'stage: lint    passed in 1s, reused from run-pipeline/acme/shop/0: no findings',
      'stage: test    passed in 4s, 2 tries: 8 tests passed',
      'stage: deploy  passed in 4s',
      'release: staging runs sha256:abc at http://127.0.0.1:4711',
      'notice: test: weaker limits',
    ]);
  });

  it('shows the first failed tests, and how many more there are', () => {
    const { result } = runOf();
    const failures = Array.from({ length: 7 }, (_, index) => ({ name: `case ${index}`, message: 'no\nstack' }));
    const tests = { total: 9, passed: 2, failed: 7, skipped: 0, flaky: [], quarantined: [], failures };
    const test = result.stages[1];
    Object.assign(test ?? {}, { status: 'failed', reason: '7 of 9 tests failed', result: { ...test?.result, tests } });
    result.status = 'failed';
    const lines = summaryLines(result);
    expect(lines[0]?.text).toContain('failed: test');
    expect(lines.filter(({ of }) => of === 'detail').map(({ text }) => text)).toEqual([
      'case 0: no',
      'case 1: no',
      'case 2: no',
      'case 3: no',
      'case 4: no',
      'and 2 more',
    ]);
  });
});

describe('the verdict of a run', () => {
  const failure = { type: 'InvalidConfiguration', message: 'pipeline.yml:1:1' };
  it('that never came to a stage says so', () => {
    const [verdict] = summaryLines({ status: 'failed', stages: [], notices: [], decisions: [], failure });
    expect(verdict?.text).toBe('failed before its first stage');
  });
});

describe('plainLines', () => {
  it.each([
    ['\u001b[1;31mred\u001b[0m', 'red'],
    ['\u001b]8;;http://evil.test\u0007link\u001b]8;;\u0007', 'link'],
    ['a\r\nb\rc', 'a\nb\nc'],
    ['list:\n[one]\n\t[two]', 'list:\n[one]\n\t[two]'],
    ['bell\u0007 back\u0008', 'bell back'],
  ])('makes %j harmless', (text, plain) => {
    expect(plainLines(text)).toBe(plain);
  });
});
