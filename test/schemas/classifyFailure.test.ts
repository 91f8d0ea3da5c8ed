import { expect, test } from 'vitest';
import type { Evidence, Proof } from '../../schemas/debugFailure.ts';
import { classifyFailure } from '../../workflows/lib/classifyFailure.ts';

const proof = (over: Partial<Proof> = {}): Proof => ({
  accepted: false,
  verdict: '1 of 3 tests failed: adds',
  report: { sha256: 'a'.repeat(64), size: 1, mediaType: 'application/json' },
  commit: 'a'.repeat(40),
  failures: [{ name: 'adds', message: 'expected 3' }],
  refusals: [],
  coverage: null,
  isolation: 'docker',
  ...over,
});
const evidence = (over: Partial<Evidence> = {}): Evidence => ({ timedOut: false, flaky: [], mismatches: [], diagnostics: '', ...over });
const mismatch = [{ interface: 'f', expected: 'function (a)', found: 'function (b, a)' }];
const refused = (rule: Proof['refusals'][number]['rule'], path: string) => [{ rule, path, message: 'm' }];

test.each<[string, Partial<Evidence>, Partial<Proof>, string, string]>([
  ['ended by time', { timedOut: true, flaky: ['adds'], mismatches: mismatch }, {}, 'timeout', 'time was over'],
  ['ended by time, as the proof says', {}, { endedBy: 'timeout' }, 'timeout', 'time was over'],
  ['ended by memory', {}, { endedBy: 'memory' }, 'implementation_bug', '1 of 3'],
  ['passes and fails on one commit', { flaky: ['a', 'b', 'c', 'd'], mismatches: mismatch }, {}, 'flaky_test', 'a, b, c and 1 more'],
  [
    'another signature than the contract',
    { mismatches: mismatch },
    {},
    'spec_mismatch',
    'f (contract: function (a); code: function (b, a))',
  ],
  ['tests that pass without the change', {}, { refusals: refused('no-witness', '.') }, 'spec_mismatch', 'ask for nothing new'],
  ['tests that did not run', {}, { refusals: refused('no-witness', 'test/a.test.js') }, 'implementation_bug', '1 of 3'],
  [
    'a broken rule, whatever its signatures are',
    { mismatches: mismatch },
    { refusals: refused('test-skipped', 'test/a.js') },
    'implementation_bug',
    'test-skipped test/a.js',
  ],
  ['anything else', {}, {}, 'implementation_bug', '1 of 3 tests failed'],
])('%s', (_title, facts, found, kind, reason) => {
  expect(classifyFailure(evidence(facts), proof(found))).toEqual({ class: kind, reason: expect.stringContaining(reason) });
});
