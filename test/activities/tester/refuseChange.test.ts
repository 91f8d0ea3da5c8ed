import { describe, expect, test } from 'vitest';
import type { ChangedFile } from '../../../activities/lib/proof/changedFiles.ts';
import { refuseChange, refuseChangeApart } from '../../../activities/tester/refuseChange.ts';

const nothing = { guarded: { open: new Set<string>(), hidden: new Set<string>() }, allowed: [] };

type Texts = Readonly<Record<string, string>>;

const mathTest = `import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { add, half } from '../src/math.js';

describe('math', () => {
  it('adds', () => {
    assert.equal(add(1, 2), 3);
    assert.equal(add(-1, 1), 0);
  });
  it('halves', () => {
    assert.equal(half(4), 2);
  });
  it('refuses words', () => {
    assert.throws(() => add('a', 1), /number/);
  });
});
`;
const vitestTest = `import { expect, test } from 'vitest';
import { users } from './users.ts';
test('lists users', () => {
  expect(users()).toEqual([{ id: 1 }]);
});
`;
const pythonTest = `import pytest
from shop import price


def test_price():
    assert price(2) == 4


def test_refuses():
    with pytest.raises(ValueError, match="negative"):
        price(-1)
`;
const base: Texts = {
  'package.json': JSON.stringify({ scripts: { test: 'node --test', start: 'node src/main.js' }, devDependencies: { mocha: '^11.0.0' } }),
  'src/math.js': 'export const add = (a, b) => a + b;\nexport const half = (a) => a / 2;\n',
  'test/math.test.js': mathTest,
  'src/users.test.ts': vitestTest,
  'tests/test_price.py': pythonTest,
  'shop.py': 'def price(n):\n    return n * 2\n',
  'test/acceptance/t1.test.js': "import test from 'node:test';\ntest('open', () => {});\n",
  '.mocharc.json': '{}',
  'pyproject.toml': '[project]\nname = "shop"\n[tool.pytest.ini_options]\naddopts = "-q"\n',
  'pricing_test.go': 'package a\n\nfunc TestPrice(t *testing.T) {\n\tif price() != 2 {\n\t\tt.Fatal("no")\n\t}\n}\n',
  'spec/cart_spec.rb': "it 'adds' do\nend\n",
};

function judge(after: Record<string, string | null>, { links = [], allowed = [] }: { links?: string[]; allowed?: string[] } = {}) {
  const files = Object.entries(after).map(([path, text]): ChangedFile => ({
    path,
    was: path in base ? 'file' : undefined,
    is: text === null ? undefined : links.includes(path) ? 'link' : 'file',
    before: base[path],
    after: text === null || links.includes(path) ? undefined : text,
  }));
  const guarded = { open: new Set(['test/acceptance/t1.test.js']), hidden: new Set(['test/acceptance/t1.hidden.test.js']) };
  const { refusals, notices } = refuseChange({ changed: { files, paths: new Set(Object.keys(base)) }, guarded, allowed });
  return { refusals, notices, rules: [...new Set(refusals.map(({ rule, path }) => `${rule} ${path}`))] };
}

const edit = (text: string, from: string | RegExp, to: string) => {
  const edited = text.replace(from, to);
  if (edited === text) throw new Error(`${String(from)} is not in the text`);
  return edited;
};
const math = (from: string | RegExp, to: string) => ({ 'test/math.test.js': edit(mathTest, from, to) });
const python = (from: string | RegExp, to: string) => ({ 'tests/test_price.py': edit(pythonTest, from, to) });
const manifest = (change: object) => ({
  'package.json': JSON.stringify({ ...(JSON.parse(base['package.json'] ?? '') as object), ...change }),
});

describe('a change that would make bad work look good is refused', () => {
  test.each<[string, Record<string, string | null>, string]>([
    ['edits an open acceptance test', { 'test/acceptance/t1.test.js': 'test' }, 'protected-path test/acceptance/t1.test.js'],
    ['takes an open acceptance test away', { 'test/acceptance/t1.test.js': null }, 'protected-path test/acceptance/t1.test.js'],
    ['writes where hidden tests go', { 'test/acceptance/t1.hidden.test.js': '1' }, 'protected-path test/acceptance/t1.hidden.test.js'],
    ['deletes a file of tests', { 'test/math.test.js': null }, 'test-removed test/math.test.js'],
    ['deletes a test', math(/ {2}it\('halves'[^]*?}\);\n/, ''), 'test-removed test/math.test.js'],
    ['comments a test out', math(/( {2}it\('halves'[^]*?}\);\n)/, '/*$1*/'), 'test-removed test/math.test.js'],
    ['makes the file unreadable', math('describe(', 'describe(('), 'types test/math.test.js'],
    ['skips', math("it('halves'", "it.skip('halves'"), 'test-skipped test/math.test.js'],
    ['skips by an option', math("it('halves', ", "it('halves', { skip: true }, "), 'test-skipped test/math.test.js'],
    ['skips a whole group', math("describe('math'", "describe.skip('math'"), 'test-skipped test/math.test.js'],
    ['skips by a context', math("it('halves', () => {", "it('halves', (t) => { t.skip();"), 'test-skipped test/math.test.js'],
    ['skips under a condition', math("it('halves'", "(process.env.CI ? it.skip : it)('halves'"), 'test-skipped test/math.test.js'],
    ['registers under a condition', math("  it('halves'", "  if (process.platform === 'x') it('halves'"), 'test-skipped test/math.test.js'],
    ['leaves the group early', math("  it('halves'", "  return;\n  it('halves'"), 'test-skipped test/math.test.js'],
    ['expects a failure', { 'src/users.test.ts': edit(vitestTest, "test('", "test.fails('") }, 'test-skipped src/users.test.ts'],
    ['marks one test "only"', math("it('adds'", "it.only('adds'"), 'test-skipped test/math.test.js'],
    ['adds a test that is "only"', math(/}\);\n$/, "  it.only('new', () => assert.ok(add));\n});\n"), 'test-skipped test/math.test.js'],
    ['takes an assertion away', math('    assert.equal(add(-1, 1), 0);\n', ''), 'assertion-weakened test/math.test.js'],
    ['weakens an assertion', math('assert.equal(half(4), 2)', 'assert.ok(half(4))'), 'assertion-weakened test/math.test.js'],
    ['asserts what always holds', math('assert.equal(half(4), 2)', 'assert.equal(2, 2)'), 'assertion-weakened test/math.test.js'],
    [
      'compares a thing with itself',
      math('assert.equal(half(4), 2)', 'assert.equal(half(4), half(4))'),
      'assertion-weakened test/math.test.js',
    ],
    ['takes any error', math(', /number/', ''), 'assertion-weakened test/math.test.js'],
    ['empties a body', math('    assert.equal(half(4), 2);\n', ''), 'assertion-weakened test/math.test.js'],
    [
      'returns before it asserts',
      math('    assert.equal(half', '    return;\n    assert.equal(half'),
      'assertion-weakened test/math.test.js',
    ],
    [
      'returns sometimes before',
      math('    assert.equal(half', '    if (!half) return;\n    assert.equal(half'),
      'assertion-weakened test/math.test.js',
    ],
    [
      'swallows by try and catch',
      math('assert.equal(half(4), 2);', 'try { assert.equal(half(4), 2); } catch {}'),
      'assertion-weakened test/math.test.js',
    ],
    [
      'asserts under a condition',
      math('assert.equal(half(4), 2);', 'if (half) assert.equal(half(4), 2);'),
      'assertion-weakened test/math.test.js',
    ],
    [
      'asserts over nothing',
      math('assert.equal(half(4), 2);', 'for (const x of []) assert.equal(half(x), 2);'),
      'assertion-weakened test/math.test.js',
    ],
    [
      'says less with expect',
      { 'src/users.test.ts': edit(vitestTest, '.toEqual([{ id: 1 }])', '.toBeTruthy()') },
      'assertion-weakened src/users.test.ts',
    ],
    [
      'expects anything',
      { 'src/users.test.ts': edit(vitestTest, '[{ id: 1 }]', 'expect.anything()') },
      'assertion-weakened src/users.test.ts',
    ],
    ['renames the folder of tests', { 'test/math.test.js': null, 'old/math.test.js': mathTest }, 'test-removed test/math.test.js'],
    ['renames so that no runner finds it', { 'src/users.test.ts': null, 'src/users.ts': vitestTest }, 'test-removed src/users.test.ts'],
    ['skips with pytest', python('def test_price', '@pytest.mark.skip\ndef test_price'), 'test-skipped tests/test_price.py'],
    ['expects a failure with pytest', python('def test_price', '@pytest.mark.xfail\ndef test_price'), 'test-skipped tests/test_price.py'],
    ['skips a Python module', python('from shop', 'pytestmark = pytest.mark.skip\nfrom shop'), 'test-skipped tests/test_price.py'],
    ['renames a Python test away', python('def test_price', 'def check_price'), 'test-removed tests/test_price.py'],
    ['weakens a Python assertion', python('price(2) == 4', 'price(2)'), 'assertion-weakened tests/test_price.py'],
    [
      'swallows in Python',
      python('    assert price(2) == 4', '    try:\n        assert price(2) == 4\n    except Exception:\n        pass'),
      'assertion-weakened tests/test_price.py',
    ],
    ['takes a Go test away', { 'pricing_test.go': 'package a\n' }, 'test-removed pricing_test.go'],
    ['takes tests of another language away', { 'spec/cart_spec.rb': null }, 'test-removed spec/cart_spec.rb'],
    ['changes the test script', manifest({ scripts: { test: 'true', start: 'node src/main.js' } }), 'protected-path package.json'],
    [
      'wraps the test script',
      manifest({ scripts: { test: 'node --test', start: 'node src/main.js', pretest: 'node hack.js' } }),
      'protected-path package.json',
    ],
    [
      'runs at install',
      manifest({ scripts: { test: 'node --test', start: 'node src/main.js', postinstall: 'node hack.js' } }),
      'protected-path package.json',
    ],
    ['configures a runner in the manifest', manifest({ mocha: { ignore: ['test/math.test.js'] } }), 'protected-path package.json'],
    ['brings its own runner', manifest({ devDependencies: { mocha: 'file:./fake' } }), 'protected-path package.json'],
    ['breaks the manifest', { 'package.json': '{' }, 'protected-path package.json'],
    ['changes configuration of a runner', { '.mocharc.json': '{"ignore":["test/**"]}' }, 'protected-path .mocharc.json'],
    [
      'adds configuration of a runner',
      { 'vitest.config.ts': 'export default { test: { exclude: ["**"] } }' },
      'protected-path vitest.config.ts',
    ],
    [
      'changes configuration of pytest',
      { 'pyproject.toml': edit(base['pyproject.toml'] ?? '', '-q', '--ignore=tests') },
      'protected-path pyproject.toml',
    ],
    ['changes how every program starts', { '.npmrc': 'node-options=--require ./hack.js\n' }, 'protected-path .npmrc'],
    ['excuses itself from scans', { '.secretlintignore': '**' }, 'protected-path .secretlintignore'],
    ['changes the CI', { '.github/workflows/ci.yml': 'on: push' }, 'protected-path .github/workflows/ci.yml'],
    ["changes Mainstay's rules", { '.mainstay/project.yml': 'branches: [main]' }, 'protected-path .mainstay/project.yml'],
    [
      'skips by conftest.py',
      { 'tests/conftest.py': 'def pytest_collection_modifyitems(items):\n    items.clear()\n' },
      'static-scan tests/conftest.py',
    ],
    [
      'forges outcomes by conftest.py',
      { 'conftest.py': 'def pytest_runtest_makereport(item, call):\n    pass\n' },
      'static-scan conftest.py',
    ],
    ['ends the tests in a set-up file', { 'test/setup.js': 'process.exit(0);\n' }, 'static-scan test/setup.js'],
    ['ends Python without a word', { 'shop.py': 'import os\nos._exit(0)\n' }, 'static-scan shop.py'],
    ['patches assert', { 'src/math.js': "import assert from 'node:assert';\nassert.strictEqual = () => {};\n" }, 'static-scan src/math.js'],
    [
      'patches assert by another name',
      { 'src/math.js': "const a = require('assert');\nObject.assign(a, { equal() {} });\n" },
      'static-scan src/math.js',
    ],
    ['replaces expect', { 'src/math.js': 'globalThis.expect = () => ({ toBe() {} });\n' }, 'static-scan src/math.js'],
    [
      'extends expect over its own matchers',
      { 'test/setup.js': "import { expect } from 'vitest';\nexpect.extend({ toBe: () => ({ pass: true }) });\n" },
      'static-scan test/setup.js',
    ],
    [
      'patches unittest',
      { 'shop.py': 'import sys\nimport unittest\nunittest.TestCase.assertEqual = lambda *a: None\n' },
      'static-scan shop.py',
    ],
    ['is equal to everything', { 'shop.py': 'class Price:\n    def __eq__(self, other):\n        return True\n' }, 'static-scan shop.py'],
    ['reads CI', { 'src/math.js': 'export const add = (a, b) => (process.env.CI ? 3 : a + b);\n' }, 'static-scan src/math.js'],
    [
      'takes CI out of the environment',
      { 'src/math.js': 'const { CI } = process.env;\nexport const add = () => CI;\n' },
      'static-scan src/math.js',
    ],
    [
      'looks for a runner',
      { 'src/math.js': "export const add = () => process.env['NODE_TEST_CONTEXT'] && 3;\n" },
      'static-scan src/math.js',
    ],
    ['looks for pytest', { 'shop.py': 'import sys\nfast = "pytest" in sys.modules\n' }, 'static-scan shop.py'],
    ['finds the report', { 'src/math.js': "export const out = '.mainstay-out/tests-0';\n" }, 'static-scan src/math.js'],
    [
      'takes the runner into the code',
      { 'src/math.js': "import { mock } from 'node:test';\nexport const add = mock.fn();\n" },
      'static-scan src/math.js',
    ],
    ['commits a package', { 'node_modules/mocha/index.js': '' }, 'outside-scope node_modules/mocha/index.js'],
    ['stands in for pytest', { 'pytest.py': '' }, 'outside-scope pytest.py'],
    ['leaves a report', { 'test-results/junit.xml': '<testsuites/>' }, 'outside-scope test-results/junit.xml'],
  ])('%s', (_title, after, expected) => {
    expect(judge(after).rules).toContain(expected);
  });

  test('a symbolic link in place of a test', () => {
    const { rules } = judge({ 'test/math.test.js': 'x' }, { links: ['test/math.test.js'] });
    expect(rules).toEqual(['test-removed test/math.test.js', 'outside-scope test/math.test.js']);
  });
});

describe('an honest change is accepted', () => {
  test.each<[string, Record<string, string | null>]>([
    ['new tests beside the old ones', math(/}\);\n$/, "  it('adds nothing', () => {\n    assert.equal(add(), 0);\n  });\n});\n")],
    ['a new file of tests', { 'test/more.test.js': mathTest }],
    ['a stronger assertion', math('assert.equal(half(4), 2)', 'assert.equal(half(4), 2); assert.equal(half(0), 0)')],
    ['a renamed test', math("it('halves'", "it('halves a number'")],
    ['a renamed group', math("describe('math'", "describe('arithmetic'")],
    ['a renamed file of tests', { 'test/math.test.js': null, 'test/arithmetic.test.js': mathTest }],
    ['other spacing and comments', math('    assert.equal(half(4), 2);', '    // Half of four.\n    assert.equal( half(4), 2 )')],
    [
      'assertions that moved into a function',
      {
        'test/math.test.js': `${edit(mathTest, 'assert.equal(half(4), 2);', 'same(half(4), 2);')}function same(a, b) {\n  assert.equal(a, b);\n}\n`,
      },
    ],
    ['a skipped test that runs again', { 'test/new.test.js': "import test from 'node:test';\ntest.skip('later', () => {});\n" }],
    [
      'a feature without new dependencies',
      {
        'src/math.js': 'export const add = (a, b) => Number(a) + Number(b);\nexport const half = (a) => a / 2;\n',
        'README.md': '# Math\n',
      },
    ],
    ['a new dependency', manifest({ dependencies: { ms: '^2.1.3' }, devDependencies: { mocha: '^11.1.0' } })],
    ['a new script', manifest({ scripts: { test: 'node --test', start: 'node src/main.js', bench: 'node bench.js' } })],
    [
      'a command that ends itself',
      {
        'src/cli.js':
          "import { add } from './math.js';\nif (process.argv.length < 3) process.exit(2);\nconsole.log(add(1, 2), process.env.PORT, process.env.NODE_ENV === 'production');\n",
      },
    ],
    [
      'Python with its own equality',
      {
        'shop.py':
          'import os\nimport sys\n\n\nclass Price:\n    def __eq__(self, other):\n        return self.n == other.n\n\n\nif __name__ == "__main__":\n    sys.exit(os.environ.get("HOME") is None)\n',
      },
    ],
    ['fixtures of pytest', { 'tests/conftest.py': 'import pytest\n\n\n@pytest.fixture\ndef shop():\n    return {}\n' }],
    [
      'a parametrised Python test',
      python(
        'def test_price():\n    assert price(2) == 4',
        '@pytest.mark.parametrize("n", [2, 3])\ndef test_price(n):\n    assert price(n) == n * 2',
      ),
    ],
    [
      'a project that sets itself up',
      { 'web/package.json': JSON.stringify({ scripts: { test: 'node --test' } }), 'web/tsconfig.json': '{}' },
    ],
  ])('%s', (_title, after) => {
    expect(judge(after).refusals).toEqual([]);
  });

  test('what a person allowed, though it is protected', () => {
    const after = {
      'test/math.test.js': null,
      '.mocharc.json': '{"timeout":9}',
      'src/math.js': "import assert from 'assert';\nassert.ok = 1;\n",
    };
    expect(judge(after, { allowed: ['test/**', '.mocharc.json', '{'] }).rules).toEqual(['static-scan src/math.js']);
  });

  test('who expects something else of the code as strongly is told, not refused', () => {
    const { refusals, notices } = judge(math('half(4), 2', 'half(4), 3'));
    expect(refusals).toEqual([]);
    expect(notices).toEqual(['tests that were there were rewritten: math > halves']);
  });

  test('what stood in the code before is not held against the change', () => {
    const text = 'const ci = process.env.CI;\n';
    const files: ChangedFile[] = [{ path: 'src/a.js', was: 'file', is: 'file', before: text, after: `// more\n${text}` }];

    expect(refuseChange({ changed: { files, paths: new Set(['src/a.js']) }, ...nothing }).refusals).toEqual([]);
  });
});

test('source that breaks its reader is refused, and the process that asked lives on', async () => {
  const deep = [`export const a = ${'['.repeat(40_000)}${']'.repeat(40_000)};`, `a${' = a'.repeat(40_000)};`];
  for (const after of deep) {
    const files: ChangedFile[] = [{ path: 'src/a.js', is: 'file', after }];
    const { refusals } = await refuseChangeApart({ changed: { files, paths: new Set() }, ...nothing });
    expect(refusals.map(({ rule, path }) => `${rule} ${path}`)).toEqual(['static-scan .']);
  }
  const texts = [
    '',
    '\u0000',
    'it('.repeat(2000),
    '`${',
    "it('a', () => { ".repeat(200) + '});'.repeat(200),
    'def test_a(:\n'.repeat(200),
    '{"a":',
    '[tool',
  ];
  const files = ['a.test.js', 'test_a.py', 'package.json', 'pyproject.toml', 'setup.cfg', 'a_test.go', 'Cargo.toml'].flatMap((path) =>
    texts.map((text, i): ChangedFile => ({ path: `${i}/${path}`, was: 'file', is: 'file', before: text, after: texts.at(-i) })),
  );
  const { refusals } = await refuseChangeApart({ changed: { files, paths: new Set() }, ...nothing });
  expect(refusals.some(({ path }) => path === '.')).toBe(false);
});
