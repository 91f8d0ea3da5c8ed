import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { provingGround } from '../../support/proving.ts';

const math = 'export function add(a, b) {\n  return a + b;\n}\n';
const half = `${math}export function half(n) {\n  if (typeof n !== 'number') throw new TypeError('half wants a number');\n  return n / 2;\n}\n`;
const head = "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\n";
// Put together here, so that nobody takes this file for one that holds a key.
const key = ['AKIA', 'Z7QW4XN2PLMK8TRS'].join('');
const shop = {
  files: {
    'package.json': JSON.stringify({ name: 'math', version: '1.0.0', type: 'module', scripts: { test: 'node --test' } }),
    'src/math.js': math,
    'test/add.test.js': `${head}import { add } from '../src/math.js';\ntest('adds', () => {\n  assert.equal(add(1, 2), 3);\n});\n`,
  },
  open: {
    'test/acceptance/half.test.js': `${head}import { half } from '../../src/math.js';\ntest('halves four', () => {\n  assert.equal(half(4), 2);\n});\n`,
  },
  hidden: {
    'test/acceptance/half.more.test.js': `${head}import { half } from '../../src/math.js';\ntest('halves ten', () => {\n  assert.equal(half(10), 5);\n});\ntest('refuses words', () => {\n  assert.throws(() => half('x'), /number/);\n});\n`,
  },
  commands: ['node --test test/acceptance/*.test.js'],
};

test('an honest change is accepted with its witness, and the report says what ran', async () => {
  const ground = await provingGround(shop);
  const { proof, report } = await ground.prove({ 'src/math.js': half }, { times: 2 });
  expect(proof).toMatchObject({ accepted: true, refusals: [], failures: [], counts: { total: 3, passed: 3 } });
  expect(proof.signature).toBeUndefined();
  expect(report.before).toMatchObject({ passed: false });
  expect(report.after?.outcomes.map(({ name, status }) => `${name} ${status}`).sort()).toEqual([
    'halves four passed',
    'halves ten passed',
    'refuses words passed',
  ]);
  expect(report.regression).toMatchObject({ passed: true });
  expect(report.environment).toMatchObject({ network: false, isolation: proof.isolation });
  expect(report.commands).toEqual(shop.commands);
});

test('what only looks like a feature is not accepted, each time for what it did', async () => {
  const ground = await provingGround(shop);
  const pushed = (code: string) => ({ 'src/math.js': `${math}${code}` });
  const honest = 'export const half = (n) => { if (typeof n !== "number") throw new TypeError("no number"); return n / 2; };\n';
  const cheats: [string, Record<string, string | null>, object][] = [
    [
      'knows the open examples by heart',
      pushed('export const half = (n) => (n === 4 ? 2 : 0);\n'),
      { refusals: [], failures: [{ name: 'halves ten' }, { name: 'refuses words' }] },
    ],
    [
      'prints a report and ends',
      pushed(
        "console.log('TAP version 13\\nok 1 - halves four\\nok 2 - halves ten\\nok 3 - refuses words\\n1..3');\nglobalThis['pro' + 'cess']['ex' + 'it'](0);\nexport const half = 0;\n",
      ),
      { refusals: [{ rule: 'no-witness' }, { rule: 'no-witness' }, { rule: 'no-witness' }] },
    ],
    [
      'asks the network for the answers',
      pushed("const answers = await fetch('http://1.1.1.1/answers');\nexport const half = (n) => answers[n];\n"),
      { refusals: [], failures: [{ message: 'test failed' }, { message: 'test failed' }] },
    ],
    [
      'breaks what worked',
      { 'src/math.js': `${math.replace('a + b', 'a - b')}${honest}` },
      { refusals: [], failures: [{ name: 'adds' }], verdict: expect.stringContaining("the repository's own tests: 1 of 2 tests failed") },
    ],
    [
      'brings a secret',
      {
        ...pushed(honest),
        'src/key.js': `export const key = '${key}';\nexport const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMQLKEY';\n`,
      },
      { refusals: [{ rule: 'secret', path: 'src/key.js' }] },
    ],
    [
      'edits the open test',
      { 'test/acceptance/half.test.js': `${head}test('halves four', () => {});\n` },
      { refusals: [{ rule: 'protected-path' }, { rule: 'assertion-weakened' }], isolation: 'none' },
    ],
  ];
  for (const [title, texts, expected] of cheats) {
    const { proof } = await ground.prove(texts);
    expect({ title, ...proof }).toMatchObject({ title, accepted: false, signature: expect.stringMatching(/^[0-9a-f]{64}$/), ...expected });
  }
});

describe('the build of the project', () => {
  const built = {
    ...shop,
    files: {
      ...shop.files,
      'package.json': JSON.stringify({
        name: 'math',
        version: '1.0.0',
        type: 'module',
        scripts: { test: 'node --test', build: 'node build.js' },
      }),
      // Looks at code that no test loads, as compilers do.
      'build.js':
        "import { readFileSync } from 'node:fs';\nif (!readFileSync('src/other.js', 'utf8').includes('= 1')) throw new Error('other must be 1');\n",
      'src/other.js': 'export const other = 1;\n',
    },
  };

  test('is run on every change, and its report is kept beside that of the tests', async () => {
    const ground = await provingGround(built);
    const { proof, buildReport } = await ground.prove({ 'src/math.js': half });
    expect(proof).toMatchObject({ accepted: true });
    expect(buildReport).toMatchObject({ task_id: 't1', commit: proof.commit, passed: true });
    expect(buildReport?.steps.map(({ step, passed, isolation }) => ({ step, passed, isolation }))).toEqual([
      { step: 'scan', passed: true, isolation: expect.any(String) },
      { step: 'build', passed: true, isolation: proof.isolation },
    ]);
    expect(buildReport?.steps[1]?.artifacts).toEqual([
      { name: 'math-1.0.0.tgz', kind: 'package', digest: expect.stringMatching(/^sha256:/) },
    ]);
  });

  test('refuses a change with which it fails, and runs no test of that', async () => {
    const ground = await provingGround(built);
    const { proof, report, buildReport } = await ground.prove({ 'src/math.js': half, 'src/other.js': 'export const other = 2;\n' });
    expect(proof).toMatchObject({ accepted: false, refusals: [{ rule: 'build' }] });
    expect(report.before).toBeUndefined();
    expect(buildReport).toMatchObject({
      passed: false,
      steps: [
        { step: 'scan', passed: true },
        { step: 'build', passed: false },
      ],
    });
  });

  test('that failed before is not held against the change, and is told', async () => {
    const ground = await provingGround({ ...built, files: { ...built.files, 'src/other.js': 'export const other = 2;\n' } });
    const { proof, report, buildReport } = await ground.prove({ 'src/math.js': half });
    expect(proof).toMatchObject({ accepted: true });
    expect(report.environment.notices.join()).toContain('the build fails without the change too');
    expect(buildReport).toMatchObject({ passed: true, steps: [{ step: 'scan' }, { step: 'build', passed: false }] });
  });
});

test('tests that do not end are ended, and that is what the proof says', async () => {
  const ground = await provingGround(shop);
  const { proof } = await ground.prove({ 'src/math.js': `${math}export const half = () => {\n  for (;;);\n};\n` }, { testTimeout: '3s' });
  expect(proof).toMatchObject({ accepted: false, endedBy: 'timeout', refusals: [] });
});

test('tests that pass without the change are no witness', async () => {
  const open = { 'test/acceptance/add.test.js': shop.files['test/add.test.js'].replace('../src', '../../src') };
  const ground = await provingGround({ ...shop, open, hidden: {} });
  const { proof, rules } = await ground.prove({ 'src/math.js': half });
  expect(proof.accepted).toBe(false);
  expect(rules).toEqual(['no-witness .']);
});

test('what failed before is not held against the change, and is told', async () => {
  const broken = `${head}test('was broken before', () => {\n  assert.equal(1, 2);\n});\n`;
  const ground = await provingGround({ ...shop, files: { ...shop.files, 'test/broken.test.js': broken } });
  const { proof, report } = await ground.prove({ 'src/math.js': half });
  expect(proof.accepted).toBe(true);
  expect(report.environment.notices).toContainEqual(expect.stringContaining("the repository's own tests fail without the change too"));
});

test('messages of held-out tests do not carry their source to who codes', async () => {
  const ground = await provingGround(shop);
  const spy = `import { readFileSync } from 'node:fs';\n${math}export function half() {\n  throw new Error(readFileSync('test/acceptance/half.more.test.js', 'utf8').replaceAll('\\n', ' '));\n}\n`;
  const { proof, report } = await ground.prove({ 'src/math.js': spy });
  expect(proof.accepted).toBe(false);
  expect(JSON.stringify({ ...proof, report })).not.toContain('half(10)');
});

test('Python is proved by its own tests', async () => {
  const head = 'import unittest\nfrom shop import price\n\n\nclass Price(unittest.TestCase):\n';
  const ground = await provingGround({
    files: { 'shop.py': 'def total(n):\n    return n\n', 'README.md': 'shop\n' },
    open: { 'tests/test_open.py': `${head}    def test_two(self):\n        self.assertEqual(price(2), 4)\n` },
    hidden: { 'tests/test_hidden.py': `${head}    def test_five(self):\n        self.assertEqual(price(5), 10)\n` },
    commands: ['python3 -m pytest -q tests'],
  });
  const honest = await ground.prove({ 'shop.py': 'def total(n):\n    return n\n\n\ndef price(n):\n    return n * 2\n' });
  expect(honest.proof).toMatchObject({ accepted: true, counts: { total: 2, passed: 2 } });
  const cheat = await ground.prove({ 'shop.py': 'def price(n):\n    return 4\n' });
  expect(cheat.proof).toMatchObject({ accepted: false, failures: [{ name: expect.stringContaining('test_five') }] });
});

test('nothing of a change reaches the network: what is installed is decided by the commit that the run started from', async () => {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(request.url ?? '');
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const manifest = { name: 'math', version: '1.0.0', type: 'module', scripts: { test: 'node --test' } };
  const ground = await provingGround({ ...shop, files: { ...shop.files, 'package.json': JSON.stringify(manifest) } });
  const { proof } = await ground.prove({
    'src/math.js': half,
    'package.json': JSON.stringify({ ...manifest, dependencies: { helper: `${host}/helper.tgz?stolen=everything` } }),
  });
  expect(heard).toEqual([]);
  expect(proof.isolation).not.toBe('none');
});
