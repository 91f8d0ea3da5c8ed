import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTester } from '../../../activities/test/tester.ts';
import { detectProject } from '../../../repository/detect/detectProject.ts';
import { expectFailure } from '../../support/failures.ts';
import { treeOf } from '../../support/memoryTree.ts';
import { type Trial, type Tried, tryAtWorkbench } from '../../support/workbench.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'mainstay-tester-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

type Files = Record<string, string>;

async function test(files: Files, trial: Partial<Trial> = {}): Promise<Tried> {
  const project = await detectProject(treeOf(files));
  return tryAtWorkbench({ project, files, ...trial }, (task, run) => {
    return createTester({ runStage: async (_task, _trait, work) => (await run(work)) as never }).runTests(task);
  });
}

const goCache = outputOf('go', 'env', 'GOCACHE');

function outputOf(tool: string, ...args: string[]): string | undefined {
  try {
    return execFileSync(tool, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}

const manifest = (scripts: Record<string, string>, more: object = {}) =>
  JSON.stringify({ name: 'shop', version: '1.0.0', private: true, scripts, ...more });
const nodeTests: Files = {
  'package.json': manifest({
    test: 'npm run build && npm run unit',
    build: 'echo "exports.two = 2;" > built.js',
    unit: 'node --test test/sum.js',
  }),
  'test/sum.js':
    "const { test, describe, it } = require('node:test'); const assert = require('node:assert'); const { two } = require('../built.js');\n" +
    "test('adds', () => assert.equal(1 + 1, two)); describe('suite', () => { it('fails', () => assert.equal(1, two)); it.skip('later', () => {}); });\n",
};
const passing: Files = { ...nodeTests, 'test/sum.js': "require('node:test').test('adds', () => {});\n" };
const quarantine = [{ test: 'fails', reason: 'clock', owner: 'ann', expires: '2999-01-01' }];
const junit =
  '<testsuites><testsuite name="own"><testcase name="a"/><testcase name="b"><failure message="no"/></testcase></testsuite></testsuites>';

describe('the tester', () => {
  it('builds first, runs node:test by its script, and names what failed', async () => {
    const { verdict, kept } = await test(nodeTests);
    expect(verdict).toMatchObject({ passed: false, summary: '1 of 3 tests failed: suite > fails', tests: { passed: 1, failed: 1, skipped: 1, failures: [{ name: 'suite > fails' }] } });
    expect(kept['junit.xml']).toContain('fails');
  });

  it('reports in spite of options that the stage sets for Node', async () => {
    const { verdict } = await test(passing, { stage: { env: { NODE_OPTIONS: '--no-warnings' } } });
    expect(verdict).toMatchObject({ passed: true, summary: '1 test passed' });
  });

  it('passes with a failure in quarantine, and says so', async () => {
    const { verdict, notices } = await test(nodeTests, { rules: { tests: { quarantine } } });
    expect(verdict).toMatchObject({ passed: true, tests: { failed: 0, quarantined: ['suite > fails'] } });
    expect(notices.join()).toContain('owner: ann');
  });

  it('measures coverage where a threshold demands it, and fails below', async () => {
    const files = { ...passing, 'lib.js': 'exports.a = () => {\n  return 1;\n};\nexports.b = () => {\n  return 2;\n};\n', 'test/sum.js': "require('../lib.js').a();require('node:test').test('adds', () => {});\n" }; // prettier-ignore
    const { verdict, kept } = await test(files, { stage: { with: { coverage: 99 } } });
    expect(verdict.summary).toMatch(/^\d+\.\d % of lines covered, 99 % are required$/);
    expect(Object.keys(kept)).toContain('coverage-0.info');
  });

  it.each([
    ['a build that fails', { ...passing, 'package.json': manifest({ test: 'npm run build && node --test test/sum.js', build: 'node -e "process.exit(3)"' }) }, {}, /npm run build failed before the tests \(exit 3\)/],
    ['no tests in the files', { ...passing, 'test/sum.js': '' , 'package.json': manifest({ test: 'node --test none/' }) }, {}, /failed \(exit 1\)|no tests were found/],
    ['no tests at all', { 'README.md': 'x' }, {}, /no tests were found.*"run:" commands/],
    ['a script that only fails', { 'package.json': manifest({ test: 'node -e "console.error(\'boom\'); process.exit(4)"' }) }, {}, /failed \(exit 4\): .*boom/],
    ['JUnit that own commands leave', { 'r.xml': junit }, { run: ['mkdir out && cp r.xml out/junit.xml'] }, /^1 of 2 tests failed: own > b$/],
    ['named JUnit that is missing', { 'r.xml': junit }, { run: ['true'], with: { junit: ['out/*.xml'] } }, /no file matches with\.junit \(out\/\*\.xml\)/],
    ['named JUnit that is broken', { 'r.xml': '<testsuites>' }, { run: ['true'], with: { junit: ['r.xml'] } }, /^r\.xml is not well-formed XML/],
    ['failures among TAP that is printed', { 'a.sh': 'echo TAP version 13; echo ok 1 - a; echo not ok 2 - b; echo 1..2' }, { run: ['sh a.sh'] }, /^1 of 2 tests failed: b$/],
  ] as [string, Files, Trial['stage'], RegExp][])('fails by %s', async (_title, files, stage, summary) => {
    const { verdict } = await test(files, { stage });
    expect(verdict.passed).toBe(false);
    expect(verdict.summary).toMatch(summary);
  }); // prettier-ignore

  it('goes by the exit code of a command whose tests it cannot count, and says so', async () => {
    const { verdict, notices } = await test({ 'a.txt': '' }, { stage: { run: ['true'] } });
    expect([verdict.passed, verdict.summary, notices]).toEqual([true, 'the tests passed', ['the tests of `true` could not be counted; its exit code decided']]);
  });

  it('does not take a JUnit file of the commit for a result', async () => {
    const { verdict } = await test({ 'out/junit.xml': junit }, { stage: { run: ['true'] } });
    expect(verdict.tests).toBeUndefined();
  });

  it('refuses settings that do not exist', async () => {
    await expectFailure(test(passing, { stage: { with: { covrage: 3 } } }), 'InvalidConfiguration', 'covrage');
  });

  it('tests members of a workspace one by one when the root has no tests of its own', async () => {
    const member = (name: string) => ({ [`packages/${name}/package.json`]: manifest({ test: 'node --test a.test.js' }, { name }), [`packages/${name}/a.test.js`]: passing['test/sum.js'] ?? '' });
    const { verdict } = await test({ 'package.json': manifest({ test: 'npm test --workspaces' }, { workspaces: ['packages/*'] }), ...member('a'), ...member('b') });
    expect(verdict).toMatchObject({ passed: true, summary: '2 tests passed' });
  });

  it.skipIf(goCache === undefined)('runs go test (needs Go)', async () => {
    // The machine's own cache: compiling the standard library anew would take half a minute.
    const stage = { env: { GOCACHE: goCache ?? '' } };
    const { verdict } = await test({ 'go.mod': 'module example.com/shop\n\ngo 1.20\n', 'a_test.go': 'package shop\n\nimport "testing"\n\nfunc TestA(t *testing.T) {\n\tt.Run("one", func(t *testing.T) {})\n\tt.Run("two", func(t *testing.T) { t.Error("wrong") })\n}\n' }, { stage });
    expect(verdict).toMatchObject({ passed: false, tests: { total: 2, failures: [{ name: 'example.com/shop > TestA/two', message: 'a_test.go:7: wrong' }] } });
  });

  it('installs and runs pytest, with the project importable', async () => {
    const files = {
      'pyproject.toml': '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n[project]\nname = "shop"\nversion = "1.0"\ndescription = "d"\n[tool.pytest.ini_options]\ntestpaths = ["tests"]\n',
      'src/shop/__init__.py': 'def add(a, b):\n    return a + b\n\n\ndef sub(a, b):\n    return a - b\n',
      'tests/test_shop.py': 'import shop\n\n\ndef test_adds():\n    assert shop.add(1, 1) == 2\n',
    };
    const { verdict } = await test(files, { home, rules: { tests: { coverage: 70 } } });
    expect(verdict).toMatchObject({ passed: true, summary: '1 test passed, 75.0 % of lines covered' });
  });
}); // prettier-ignore
