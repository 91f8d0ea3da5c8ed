import { expect, test } from 'vitest';
import { contradictJavaScript } from '../../../activities/lib/tests/javascript/contradict.ts';
import { contradictPython } from '../../../activities/lib/tests/python/contradict.ts';
import { calcFiles, testOf } from '../../support/features.ts';
import { provingGround } from '../../support/proving.ts';

const ofNode = "import assert from 'node:assert/strict';\nimport { describe, test } from 'node:test';\n";
const ofVitest = "import { expect, it } from 'vitest';\n";

test.each<[string, string, string | undefined]>([
  ['a number', `${ofNode}test('a', () => { assert.equal(f(1), 3); });`, 'assert.equal(f(1), 4)'],
  ['a negative number', `${ofNode}test('a', async () => assert.equal(await f(1), -3));`, 'assert.equal(await f(1), -2)'],
  ['words', `${ofVitest}it('a', () => { const x = f(); expect(x).toBe('b'); });`, 'expect(x).toBe("bx")'],
  [
    'an object in a group',
    `${ofNode}describe('d', () => { test('a', () => { assert.deepEqual(f(), { a: 1 }); }); });`,
    '{ a: 1, another: 0 }',
  ],
  ['a list', `${ofNode}test('a', () => { assert.deepEqual(f(), [1, 2]); });`, '[1, 2, 0]'],
  ['an empty object', `${ofNode}test('a', () => { assert.deepEqual(f(), {}); });`, '{ another: 0 }'],
  ['nothing', `${ofNode}test('a', () => { assert.equal(f(), null); });`, 'assert.equal(f(), "another")'],
  ['what is expected first', `${ofNode}test('a', () => { assert.equal(true, f()); });`, 'assert.equal(false, f())'],
  ['what may not be reached', `${ofNode}test('a', () => { if (x) return; assert.equal(f(1), 3); });`, undefined],
  ['a negation', `${ofVitest}it('a', () => { expect(f()).not.toBe(3); });`, undefined],
  ['a call on both sides', `${ofNode}test('a', () => { assert.equal(f(1), g(1)); });`, undefined],
  ['tests that choose', `${ofNode}test.skip('b', () => {});\ntest('a', () => { assert.equal(f(1), 3); });`, undefined],
  ['tests under a condition', `${ofNode}if (x) test('a', () => { assert.equal(f(1), 3); });`, undefined],
  ['another language', 'def test_a():\n    assert f(1) == 3\n', undefined],
])('turns %s round, or leaves it', (_, text, holds) => {
  const made = contradictJavaScript('test/a.test.js', text);
  if (holds === undefined) expect(made).toBeUndefined();
  else expect(made).toMatchObject({ tests: 1, text: expect.stringContaining(holds) });
});

const ofUnittest = (line: string) =>
  `import unittest\nfrom shop import f\n\n\nclass Price(unittest.TestCase):\n    def test_a(self):\n        ${line}\n`;
test.each<[string, string, string | undefined]>([
  ['a number', 'def test_a():\n    x = 1\n    assert f(x) == 3\n', 'assert f(x) == 4'],
  ['words', "def test_a():\n    assert f() == 'b'\n", "assert f() == 'bx'"],
  ['a list', 'def test_a():\n    assert f() == [1, 2]\n', 'assert f() == [1, 2, 0]'],
  ['what unittest asserts', ofUnittest('self.assertEqual(f(2), 4)'), 'self.assertEqual(f(2), 5)'],
  ['nothing', ofUnittest('self.assertEqual(f(2), None)'), "self.assertEqual(f(2), 'another')"],
  ['what need not be equal', ofUnittest('self.assertNotEqual(f(2), 4)'), undefined],
  ['what may not be reached', 'def test_a():\n    if x:\n        return\n    assert f() == 3\n', undefined],
  ['what is decorated', '@given(x())\ndef test_a(x):\n    assert f() == 3\n', undefined],
  ['tests that choose', 'import pytest\npytestmark = pytest.mark.skip\ndef test_a():\n    assert f() == 3\n', undefined],
])('turns %s in Python round, or leaves it', (_, text, holds) => {
  const made = contradictPython('tests/test_a.py', text);
  if (holds === undefined) expect(made).toBeUndefined();
  else expect(made).toMatchObject({ tests: 1, text: expect.stringContaining(holds) });
});

test('code that only passes because it knows the tests, whatever they say, is refused', async () => {
  const ground = await provingGround({
    files: calcFiles,
    open: { 'test/f.test.js': testOf('f', ['f(1)', '3']) },
    hidden: { 'test/f.hidden.test.js': testOf('f', ['f(7)', '21'], ['f(11)', '33']) },
    commands: ['node --test test/f*.test.js'],
  });
  const cheats = [
    "import { readFileSync } from 'node:fs';\nconst text = readFileSync(process.argv[1], 'utf8');\nexport const f = (n) => JSON.parse(new RegExp('f.' + n + '., ([^)]+)').exec(text)[1]);\n",
    "const tool = process.getBuiltinModule('node:as' + 'sert/strict');\ntool['deep' + 'Equal'] = () => {};\nexport const f = () => 0;\n",
  ];
  for (const cheat of cheats) {
    const { proof } = await ground.prove({ 'src/f.js': cheat });
    expect(proof).toMatchObject({
      accepted: false,
      refusals: [{ rule: 'no-witness', message: expect.stringContaining('2 of 2 tests pass as well') }],
    });
  }
  expect((await ground.prove({ 'src/f.js': 'export const f = (n) => 3 * n;\n' })).proof.accepted).toBe(true);
});

test('Python that answers out of the tests is refused', async () => {
  const ground = await provingGround({
    files: { 'shop.py': 'def total(n):\n    return n\n' },
    open: { 'tests/test_open.py': ofUnittest('self.assertEqual(f(2), 4)') },
    hidden: { 'tests/test_more.py': ofUnittest('self.assertEqual(f(5), 10)').replace('test_a', 'test_b') },
    commands: ['python3 -m pytest -q tests'],
  });
  const cheat =
    "import glob\nimport re\n\ntext = ''.join(open(name).read() for name in glob.glob('te' + 'sts/*.py'))\n\n\ndef f(n):\n    return int(re.search('f.%d., (.d+)'.replace('.d', chr(92) + 'd') % n, text).group(1))\n";
  const { proof } = await ground.prove({ 'shop.py': `def total(n):\n    return n\n\n\n${cheat}` });
  expect(proof).toMatchObject({ accepted: false, refusals: [{ rule: 'no-witness', message: expect.stringContaining('1 of 1 tests') }] });
});
