import { describe, expect, it } from 'vitest';
import { parseCargoTest } from '../../../activities/test/parse/cargoTest.ts';
import { parseGoTest } from '../../../activities/test/parse/goTest.ts';
import { parseJest } from '../../../activities/test/parse/jest.ts';
import { parseJunit } from '../../../activities/lib/testReports/junit.ts';
import { toJunit } from '../../../activities/test/parse/junitWriter.ts';
import { type TestReport, UnreadableReport } from '../../../activities/lib/testReports/report.ts';
import { readSummary } from '../../../activities/test/parse/summaryText.ts';
import { parseTap } from '../../../activities/test/parse/tap.ts';
import { parseUvu } from '../../../activities/test/parse/uvu.ts';

/** `passed name`, `failed name: message`. */
function lines({ cases }: TestReport): string[] {
  return cases.map(({ status, name, message }) => `${status} ${name}${message === undefined ? '' : `: ${message}`}`);
}

const go = (...events: object[]) => events.map((event) => JSON.stringify(event)).join('\n');

const readable: [string, () => TestReport, string[]][] = [
  [
    'JUnit of pytest',
    () =>
      parseJunit(
        '<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="pytest" tests="3"><testcase classname="tests.test_a" name="test_x" time="0.1"/><testcase classname="tests.test_a" name="test_y"><failure message="assert 1 == 2">long</failure></testcase><testcase classname="tests.test_a" name="test_z"><skipped/></testcase></testsuite></testsuites>',
      ),
    ['passed tests.test_a > test_x', 'failed tests.test_a > test_y: assert 1 == 2', 'skipped tests.test_a > test_z'],
  ],
  [
    'JUnit of node:test, whose suites nest',
    () =>
      parseJunit(
        '<testsuites><testcase name="adds" classname="test"/><testsuite name="suite"><testcase name="bad" classname="test"><failure type="testCodeFailure" message="1 == 2">x</failure></testcase></testsuite></testsuites>',
      ),
    ['passed adds', 'failed suite > bad: 1 == 2'],
  ],
  [
    "Mocha's xunit, with a message only in the text",
    () => parseJunit('<testsuite name="Mocha Tests"><testcase classname="sum" name="fails"><failure>2 == 3\nAssertionError</failure></testcase></testsuite>'),
    ['failed sum > fails: 2 == 3\nAssertionError'],
  ],
  [
    'entities and declarations inside the output of a test',
    () => parseJunit('<testsuite><testcase name="a &lt;b&gt; &#233;"><system-out><![CDATA[<!ENTITY x "y">]]></system-out></testcase></testsuite>'),
    ['passed a <b> é'],
  ],
  [
    'TAP with subtests, todo and diagnostics, text before it',
    () =>
      parseTap(
        '> shop@1.0.0 test\n> tap\n\nTAP version 14\n# Subtest: sum\n    ok 1 - adds\n    not ok 2 - fails\n      ---\n      message: 2 is not 3\n      ...\n    1..2\nnot ok 1 - sum\nok 2 - later # TODO write it\nok 3 - other # SKIP\n1..3\n',
      ),
    ['passed sum > adds', 'failed sum > fails: 2 is not 3', 'skipped later', 'skipped other'],
  ],
  ['TAP whose plan was not kept', () => parseTap('TAP version 13\n1..3\nok 1 - a\n'), ['passed a', 'failed TAP plan: the plan was not kept']],
  ['TAP that bails out', () => parseTap('TAP version 13\nok 1 - a\nBail out! no database\n'), ['passed a', 'failed TAP plan: bailed out: no database']],
  [
    'go test, subtests counted once',
    () =>
      parseGoTest(
        go(
          { Action: 'output', Package: 'p', Test: 'TestAdd/two', Output: '    sum_test.go:9: wrong\n' },
          { Action: 'pass', Package: 'p', Test: 'TestAdd/one' },
          { Action: 'fail', Package: 'p', Test: 'TestAdd/two' },
          { Action: 'fail', Package: 'p', Test: 'TestAdd' },
          { Action: 'skip', Package: 'p', Test: 'TestSkip' },
          { Action: 'fail', Package: 'p' },
          { Action: 'pass', Package: 'empty' },
        ),
      ),
    ['passed p > TestAdd/one', 'failed p > TestAdd/two: sum_test.go:9: wrong', 'skipped p > TestSkip'],
  ],
  [
    'a Go package that does not build',
    () => parseGoTest(`# p\n${go({ Action: 'output', Package: 'p', Output: './a.go:3:1: syntax error\n' }, { Action: 'fail', Package: 'p' })}`),
    ['failed p: ./a.go:3:1: syntax error'],
  ],
  [
    'cargo test',
    () =>
      parseCargoTest(
        "running 3 tests\ntest tests::adds ... ok\ntest tests::fails ... FAILED\ntest tests::later ... ignored\n\nfailures:\n\n---- tests::fails stdout ----\n\nthread 'tests::fails' (1) panicked at src/lib.rs:8:18:\nassertion failed: sum is wrong\n  left: 2\n\nfailures:\n    tests::fails\n\ntest result: FAILED. 1 passed; 1 failed\n",
      ),
    ['passed tests::adds', 'failed tests::fails: assertion failed: sum is wrong', 'skipped tests::later'],
  ],
  [
    'jest, with a file that cannot run',
    () =>
      parseJest(
        JSON.stringify({
          testResults: [
            { name: '/w/a.test.js', status: 'failed', assertionResults: [{ fullName: 'sum adds', status: 'passed' }, { fullName: 'sum fails', status: 'failed', failureMessages: ['bad'] }, { fullName: 'sum later', status: 'pending' }] },
            { name: '/w/b.test.js', status: 'failed', message: 'Cannot find module x', assertionResults: [] },
          ],
        }),
        '/w',
      ),
    ['passed a.test.js > sum adds', 'failed a.test.js > sum fails: bad', 'skipped a.test.js > sum later', 'failed b.test.js: Cannot find module x'],
  ],
]; // prettier-ignore

const summaries: [string, string, TestReport['unnamed']][] = [
  ['mocha', '  49 passing (58ms)\n  2 pending\n  1 failing\n', { passed: 49, failed: 1, skipped: 2 }],
  ['node:test', 'ℹ tests 4\nℹ pass 2\nℹ fail 1\nℹ skipped 1\n', { passed: 2, failed: 1, skipped: 1 }],
  ['jest', 'Tests:       1 failed, 1 skipped, 3 passed, 5 total\n', { passed: 3, failed: 1, skipped: 1 }],
  ['vitest in colours', '\u001B[2m      Tests \u001B[22m 1 failed | 6 passed | 2 skipped (9)\n', { passed: 6, failed: 1, skipped: 2 }],
  ['jasmine', '5 specs, 2 failures, 1 pending spec\n', { passed: 2, failed: 2, skipped: 1 }],
  ['unittest', 'Ran 12 tests in 0.1s\n\nFAILED (failures=2, skipped=1)\n', { passed: 9, failed: 2, skipped: 1 }],
  ['pytest', '===== 1 failed, 40 passed, 2 skipped in 1.20s =====\n', { passed: 40, failed: 1, skipped: 2 }],
];

const reports = { junit: parseJunit, tap: parseTap, jest: parseJest };
const unreadable: [string, keyof typeof reports, string, RegExp][] = [
  ['an entity bomb', 'junit', '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><testsuites>&c;</testsuites>', /declares entities/],
  ['an external entity', 'junit', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><testsuites>&x;</testsuites>', /declares entities/],
  ['nesting without end', 'junit', '<testsuite>'.repeat(50_000) + '</testsuite>'.repeat(50_000), /nested/],
  ['a cut file', 'junit', '<testsuites><testsuite name="x"><testcase name="a" ', /not well-formed XML \(line 1/],
  ['50 MB', 'junit', `<testsuites>${' '.repeat(50 * 2 ** 20)}</testsuites>`, /larger than 32 MiB/],
  ['UTF-16', 'junit', '<\0t\0e\0s\0t\0', /not UTF-8/],
  ['an unknown encoding', 'junit', '<?xml version="1.0" encoding="EBCDIC-CP-US"?><testsuites/>', /encoded in EBCDIC-CP-US/],
  ['a web page', 'junit', '<html><body>502</body></html>', /no JUnit report/],
  ['names that poison prototypes', 'junit', '<testsuites><__proto__ a="1"/></testsuites>', /not XML that can be read/],
  ['text that is no TAP', 'tap', 'Segmentation fault', /holds no TAP/],
  ['broken JSON', 'jest', '{"testResults": [', /not valid JSON/],
  ['other JSON', 'jest', '{"a": 1}', /not what jest --json writes/],
]; // prettier-ignore

describe('reports of tests', () => {
  it.each(readable)('reads %s', (_title, parse, expected) => {
    expect(lines(parse())).toEqual(expected);
  });

  it.each(summaries)('counts by the last lines of %s', (_title, text, expected) => {
    expect(readSummary(`starting\n${text}`)?.unnamed).toEqual(expected);
  });

  it('counts nothing in output without a known summary', () => {
    expect(readSummary('all good\n')).toBeUndefined();
  });

  it('reads the totals of uvu, which leave the skipped out', () => {
    const report = parseUvu('   FAIL  sum  "fails"\n    Expected 2 to be 3\n\n  Total:     2\n  Passed:    1\n  Skipped:   1\n');
    expect(report).toEqual({
      cases: [{ name: 'sum > fails', status: 'failed', message: 'Expected 2 to be 3' }],
      unnamed: { passed: 1, failed: 0, skipped: 1 },
    });
  });

  it.each(unreadable)('refuses %s, saying why', (_title, kind, text, why) => {
    const parse = () => reports[kind](text);
    expect(parse).toThrow(UnreadableReport);
    expect(parse).toThrow(why);
  });

  it('writes JUnit that it reads again, whatever the names hold', () => {
    const cases: TestReport['cases'] = [
      { name: 'a > <b> & "c" \u0007', status: 'failed', message: 'x < y\u0000' },
      { name: 's > d', status: 'skipped' },
    ];
    expect(lines(parseJunit(toJunit(cases)))).toEqual(['failed a > <b> & "c": x < y', 'skipped s > d']);
  });
});
