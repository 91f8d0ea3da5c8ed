import { describe, expect, it } from 'vitest';
import { detectProject } from '../../../repository/detect/detectProject.ts';
import { lintTools, testRunner } from '../../../repository/tools.ts';
import { treeOf } from '../../support/memoryTree.ts';

type Files = Record<string, string | object>;

async function toolsOf(manifest: object, files: Files = {}) {
  const project = await detectProject(treeOf({ 'package.json': { name: 'x', ...manifest }, ...files }));
  const pkg = project.packages.find(({ directory }) => directory === '');
  if (pkg === undefined) throw new RangeError('no package');
  return { test: testRunner(project, pkg), lint: lintTools(project, pkg) };
}

const expressCors = {
  scripts: {
    test: 'npm run lint && npm run test-ci',
    'test-ci': 'nyc --reporter=lcov --reporter=text mocha --require test/support/env',
    lint: 'eslint lib test',
  },
  devDependencies: { eslint: '7.30.0', mocha: '9.2.2', nyc: '15.1.0' },
};

describe('the test runner of a Node package', () => {
  it('is the script below `test` that holds the runner, so that linting is not done twice', async () => {
    expect((await toolsOf(expressCors)).test).toEqual({
      kind: 'script', language: 'node', directory: '', script: 'test-ci', command: 'npm run test-ci', runner: 'mocha', before: [], also: [],
      line: 'nyc --reporter=lcov --reporter=text mocha --require test/support/env',
      coverage: { tool: 'nyc', where: 'script "test-ci"' },
      why: 'script "test-ci" runs mocha',
    }); // prettier-ignore
  });

  it.each([
    ['Jest', { test: 'jest --coverage' }, 'jest', 'npm run test', 'jest'],
    ['Create React App', { test: 'react-scripts test' }, 'jest', 'npm run test', undefined],
    ['Vitest', { test: 'vitest' }, 'vitest', 'npm run test', undefined],
    ['node:test', { test: 'node --import tsx --test test/*.ts' }, 'node', 'npm run test', undefined],
    ['node:test with coverage', { test: 'node --test --experimental-test-coverage' }, 'node', 'npm run test', 'node'],
    ['AVA after XO', { test: 'xo && c8 ava' }, 'ava', 'npm exec --no -- c8 ava', 'c8'],
    ['uvu', { test: 'uvu -r tsm test' }, 'uvu', 'npm run test', undefined],
    ['tap', { test: 'tap' }, 'tap', 'npm run test', undefined],
    ['tape by node', { test: 'tape test/**/*.js | tap-spec' }, 'tape', 'npm exec --no -- tape test/**/*.js', undefined],
    ['a runner by its file', { test: 'node --experimental-vm-modules ./node_modules/jest/bin/jest.js' }, 'jest', 'npm run test', undefined],
    ['a runner behind environment variables', { test: 'cross-env NODE_ENV=test TZ=UTC mocha' }, 'mocha', 'npm run test', undefined],
    ['a plain program', { test: 'node test/index.js' }, 'unknown', 'npm run test', undefined],
    ['an unknown program', { test: 'make check' }, 'unknown', 'npm run test', undefined],
    ['npm-run-all', { test: 'run-s lint test:*', lint: 'eslint .', 'test:unit': 'vitest run' }, 'vitest', 'npm run test:unit', undefined],
    ['concurrently', { test: 'concurrently "npm:lint" "npm run unit"', lint: 'eslint .', unit: 'mocha' }, 'mocha', 'npm run unit', undefined],
    ['npm t below another script', { test: 'mocha', ci: 'npm t' }, 'mocha', 'npm run test', undefined],
    ['no `test` but `unit`', { unit: 'jest' }, 'jest', 'npm run unit', undefined],
    ['a watching `test` beside one for CI', { test: 'jest --watch', 'test:ci': 'jest --ci' }, 'jest', 'npm run test:ci', undefined],
    ['coverage in another script', { test: 'mocha', coverage: 'c8 npm test' }, 'mocha', 'npm run test', 'c8'],
    ['a script inside nyc', { test: 'nyc --all npm run unit', unit: 'mocha' }, 'mocha', 'npm run unit', 'nyc'],
  ])('is found: %s', async (_what, scripts, runner, command, coverage) => {
    const { test } = await toolsOf({ scripts });
    expect([test?.runner, test?.command, test?.coverage?.tool]).toEqual([runner, command, coverage]);
  }); // prettier-ignore

  it.each([
    ['npm init', { test: 'echo "Error: no test specified" && exit 1' }],
    ['nothing', {}],
    ['an empty success', { test: 'exit 0' }],
    ['only linters', { test: 'eslint . && prettier --check .' }],
    ['a circle', { test: 'npm run a', a: 'npm run test' }],
  ])('is not made up: %s', async (_what, scripts) => {
    expect((await toolsOf({ scripts })).test).toBeUndefined();
  });

  it('keeps the builds and further tests around the runner', async () => {
    const scripts = { pretest: 'npm run build', build: 'rollup -c', test: 'npm run lint && npm run test:unit && npm run test:e2e', 'test:unit': 'mocha', 'test:e2e': 'playwright test', lint: 'eslint .' };
    expect((await toolsOf({ scripts })).test).toMatchObject({ command: 'npm run test:unit', before: ['npm run pretest'], also: ['npm run test:e2e'] });
    const inline = { test: 'npm run build && mocha', build: 'rollup -c' };
    expect((await toolsOf({ scripts: inline })).test).toMatchObject({ command: 'npm exec --no -- mocha', before: ['npm run build'] });
  }); // prettier-ignore

  it('is found without much work in scripts that are written to explode', async () => {
    const scripts = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [
        `s${i}`,
        Array(30)
          .fill(`npm run s${i + 1}`)
          .join(' && '),
      ]),
    );
    const started = performance.now();
    await toolsOf({
      scripts: { ...scripts, test: 'npm run s0', lint: `run-s ${'s* '.repeat(500)}`, unit: 'npx '.repeat(900), tests: `"'`.repeat(9000) },
    });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('is called by the package manager of the repository', async () => {
    const scripts = { test: 'xo && ava' };
    const commands = await Promise.all(
      ['pnpm-lock.yaml', 'yarn.lock', 'bun.lock'].map(async (lock) => (await toolsOf({ scripts }, { [lock]: '' })).test?.command),
    );
    expect(commands).toEqual(['pnpm exec ava', 'yarn run ava', 'bun x --no-install ava']);
  });
});

describe('the linters of a Node package', () => {
  it.each([
    ['a script', expressCors, {}, ['eslint: npm run lint']],
    ['several below one script', { scripts: { lint: 'run-p lint:*', 'lint:js': 'eslint .', 'lint:css': 'stylelint src', 'lint:own': './check.sh' } }, {}, ['eslint: npm run lint:js', 'stylelint: npm run lint:css', 'script: npm run lint:own']],
    ['types in a script of their own', { scripts: { lint: 'biome check', typecheck: 'tsc --noEmit' } }, {}, ['biome: npm run lint', 'tsc: npm run typecheck']],
    ['only inside the test script', { scripts: { test: 'xo && ava && tsd' } }, {}, ['xo: npm exec --no -- xo', 'tsd: npm exec --no -- tsd']],
    ['ESLint by its file', { devDependencies: { eslint: '9' } }, { 'eslint.config.js': '' }, ['eslint: npm exec --no -- eslint .']],
    ['Biome by its file', { devDependencies: { '@biomejs/biome': '2' } }, { 'biome.json': '{}' }, ['biome: npm exec --no -- biome check .']],
    ['oxlint by its file', { devDependencies: { oxlint: '1' } }, { '.oxlintrc.json': '{}' }, ['oxlint: npm exec --no -- oxlint']],
    ['tsc when there is nothing else', { devDependencies: { typescript: '5' } }, { 'tsconfig.json': '{}' }, ['tsc: npm exec --no -- tsc --noEmit']],
    ['ESLint without a configuration is none', { devDependencies: { eslint: '9' } }, {}, []],
    ['a placeholder is none', { scripts: { lint: 'echo no linting' } }, {}, []],
    ['nothing is nothing', {}, {}, []],
  ])('%s', async (_what, manifest, files, expected) => {
    const { lint } = await toolsOf(manifest, files);
    expect(lint.map(({ tool, command }) => `${tool}: ${command}`)).toEqual(expected);
  }); // prettier-ignore
});
