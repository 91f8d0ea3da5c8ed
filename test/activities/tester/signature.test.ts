import { expect, test } from 'vitest';
import { missingTests } from '../../../activities/tester/proof/missingTests.ts';
import { signatureOf } from '../../../activities/tester/proof/signature.ts';
import { withholding } from '../../../activities/tester/proof/withhold.ts';

const failing = (...messages: string[]) => ({ failures: messages.map((message, i) => ({ name: `test ${i}`, message })), refusals: [] });

test.each([
  ['figures and times', 'took 12 ms, expected 3', 'took 9.5 ms, expected 4'],
  ['places', 'at /workspace/src/a.js:3:1', 'at /tmp/box-1/src/a.js:99:7'],
  ['addresses', '<Price object at 0x7f00aa> of 3f2a9bc1', '<Price object at 0x11> of 99aa88bb'],
])('a failure keeps its signature with other %s', (_what, one, other) => {
  expect(signatureOf(failing(one))).toBe(signatureOf(failing(other)));
});

test('another failure, ending or refusal has another signature; their order does not matter', () => {
  const refusal = { rule: 'lint' as const, path: 'a.js', message: 'm' };
  const signatures = [
    failing('is no number'),
    failing('is no word'),
    { ...failing('is no number'), endedBy: 'timeout' as const },
    { ...failing(), refusals: [refusal] },
    failing(),
  ].map(signatureOf);
  expect(new Set(signatures).size).toBe(signatures.length);
  const [a, b] = [
    { name: 'a', message: 'x' },
    { name: 'b', message: 'y' },
  ];
  expect(signatureOf({ failures: [a, b], refusals: [] })).toBe(signatureOf({ failures: [b, a], refusals: [] }));
});

const outcomes = (...names: string[]) => ({
  outcomes: names.map((name) => ({ name, status: 'passed' as const })),
  summary: { total: names.length, passed: names.length, failed: 0, skipped: 0, duration_ms: 1 },
});
const js = (text: string) => [{ path: 'test/a.test.js', text }];
const two = js("describe('cart', () => { it('adds', () => {}); it('adds two', () => {}); it.skip('later', () => {}); });");

test.each([
  ['node:test', two, ['cart > adds', 'cart > adds two']],
  ['Jest', two, ['test/a.test.js > cart adds', 'test/a.test.js > cart adds two']],
  ['Vitest', two, ['test/a.test.js > cart > adds', 'test/a.test.js > cart > adds two']],
  ['a table', js('it.each([[1, 2]])("adds %i and %i", () => {});'), ['adds 1 and 2']],
  [
    'pytest',
    [{ path: 'tests/test_a.py', text: 'class TestCart:\n    def test_add(self, n):\n        assert n\n' }],
    ['tests.test_a.TestCart > test_add[1-2]'],
  ],
  ['Go', [{ path: 'a_test.go', text: 'package a\nfunc TestAdd(t *testing.T) {}\n' }], ['example.com/a > TestAdd']],
  ['subtests', js("test('cart', async (t) => { await t.test('adds', () => {}); });"), ['cart > adds']],
])('tests are found in the report of %s', (_runner, files, names) => {
  expect(missingTests(files, outcomes(...names))).toEqual([]);
});

test.each([
  ['no test at all', outcomes(), 'no test was counted'],
  ['a file that ended early', outcomes('/workspace/test/a.test.js'), '"cart > adds two" is not'],
  ['one test short', outcomes('cart > adds'), '"cart > adds two" is not'],
  [
    'a test that failed or was skipped',
    {
      ...outcomes('cart > adds'),
      outcomes: [
        { name: 'cart > adds', status: 'passed' as const },
        { name: 'cart > adds two', status: 'skipped' as const },
      ],
    },
    '"cart > adds two" is not',
  ],
])('a report of %s proves nothing', (_what, report, expected) => {
  expect(
    missingTests(two, report)
      .map(({ message }) => message)
      .join('\n'),
  ).toContain(expected);
});

test('a message that shows much of a held-out test is withheld, another is told', () => {
  const hidden = [
    { path: 'h.js', text: "test('x', () => { assert.equal(half(10), 5, 'ten is halved'); assert.throws(() => half('x'), /number/); });" },
  ];
  const withhold = withholding({ open: [], hidden });
  expect(withhold(`Error: ${hidden[0]?.text.replace(/ /g, '\n')}`)).toMatch(/withheld/);
  expect(withhold('ten is halved: 4 !== 5')).toBe('ten is halved: 4 !== 5');
});
