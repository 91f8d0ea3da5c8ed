import { describe, expect, it } from 'vitest';
import { detectProject } from '../../../repository/detect/detectProject.ts';
import type { NodePackage } from '../../../repository/project.ts';
import { buildTargets, testRunner } from '../../../repository/tools.ts';
import { expectFailure } from '../../support/failures.ts';
import { treeOf } from '../../support/memoryTree.ts';

async function packagesOf(files: Record<string, string | object>): Promise<NodePackage[]> {
  const { packages } = await detectProject(treeOf(files));
  return packages.filter((pkg) => pkg.language === 'node');
}
const summary = (pkg: NodePackage) =>
  `${pkg.directory || '.'} ${pkg.manager} ${pkg.lockFile ?? 'no lock'}${pkg.members.length > 0 ? ` [${pkg.members.join(' ')}]` : ''}`;

describe('Node packages', () => {
  it.each([
    ['npm without a lock', { 'package.json': {} }, ['. npm no lock']],
    ['npm', { 'package.json': {}, 'package-lock.json': '' }, ['. npm package-lock.json']],
    ['npm beside a forgotten yarn.lock', { 'package.json': {}, 'package-lock.json': '', 'yarn.lock': '' }, ['. npm package-lock.json']],
    ['Yarn Berry', { 'package.json': { packageManager: 'yarn@4.5.0+sha224.x' }, 'yarn.lock': '', '.yarn/releases/x/package.json': { name: 'y' } }, ['. yarn yarn.lock']],
    ['the packageManager field against a forgotten lock', { 'package.json': { packageManager: 'pnpm@9.1.0' }, 'package-lock.json': '', 'pnpm-lock.yaml': '' }, ['. pnpm pnpm-lock.yaml']],
    ['devEngines', { 'package.json': { devEngines: { packageManager: { name: 'bun' } } }, 'bun.lock': '' }, ['. bun bun.lock']],
    ['npm workspaces', { 'package.json': { workspaces: ['packages/*', './tools'] }, 'package-lock.json': '', 'packages/a/package.json': { name: 'a' }, 'packages/b/package.json': { name: 'b' }, 'tools/package.json': { name: 't' }, 'other/package.json': { name: 'o' } }, ['. npm package-lock.json [packages/a packages/b tools]', 'other npm no lock', 'packages/a npm package-lock.json', 'packages/b npm package-lock.json', 'tools npm package-lock.json']],
    ['Yarn workspaces of the long form', { 'package.json': { workspaces: { packages: ['libs/**'] } }, 'yarn.lock': '', 'libs/x/y/package.json': { name: 'y' } }, ['. yarn yarn.lock [libs/x/y]', 'libs/x/y yarn yarn.lock']],
    ['a pnpm monorepo', { 'package.json': { scripts: { test: 'vitest' } }, 'pnpm-workspace.yaml': 'packages:\n  - "packages/*"\n  - "!packages/old"\n', 'pnpm-lock.yaml': '', 'packages/a/package.json': { name: 'a' }, 'packages/old/package.json': { name: 'old' } }, ['. pnpm pnpm-lock.yaml [packages/a]', 'packages/a pnpm pnpm-lock.yaml', 'packages/old npm no lock']],
    ['Lerna', { 'package.json': {}, 'lerna.json': { packages: ['p/*'] }, 'p/a/package.json': { name: 'a' } }, ['. npm no lock [p/a]', 'p/a npm no lock']],
  ])('are found with manager and lock file: %s', async (_what, files, expected) => {
    expect((await packagesOf(files)).map(summary)).toEqual(expected);
  }); // prettier-ignore

  it('are not the ones that are installed, for show, or only say "type"', async () => {
    const files = {
      'package.json': { name: 'x' },
      'node_modules/a/package.json': { name: 'a' },
      'test/fixtures/b/package.json': { name: 'b' },
      'examples/c/package.json': { name: 'c' },
      'dist/package.json': { type: 'module' },
    };
    expect((await packagesOf(files)).map(({ directory }) => directory)).toEqual(['']);
    expect((await packagesOf({ 'examples/c/package.json': { name: 'c' }, 'README.md': '' })).map(({ directory }) => directory)).toEqual(['examples/c']);
  }); // prettier-ignore

  it('tell the tools that their files and fields configure', async () => {
    const files = { 'package.json': { jest: {}, nyc: {} }, '.eslintrc.yml': '', 'tsconfig.json': '', 'vitest.config.mts': '', '.mocharc.json': '', 'src/biome.json': '' };
    expect((await packagesOf(files))[0]?.tools).toEqual(['eslint', 'tsc', 'vitest', 'mocha', 'jest', 'nyc']);
  }); // prettier-ignore

  it('are read past fields of a wrong shape, and refused only when the root is no JSON', async () => {
    const odd = { name: 5, scripts: { test: 1, lint: 'eslint' }, dependencies: [], workspaces: 'x', private: 'yes' };
    expect(await packagesOf({ 'package.json': odd })).toMatchObject([{ name: undefined, scripts: { lint: 'eslint' }, dependencies: {}, private: false }]);
    expect(await packagesOf({ 'package.json': {}, 'a/package.json': '{' })).toHaveLength(1);
    await expectFailure(detectProject(treeOf({ 'package.json': '{"name": ' })), 'InvalidConfiguration', 'package.json: cannot be read');
    await expectFailure(detectProject(treeOf({ 'package.json': '[1]' })), 'InvalidConfiguration', 'package.json: cannot be read');
  }); // prettier-ignore

  it('are packed when they can be published, after their build', async () => {
    const targets = async (manifest: object) => buildTargets(await detectProject(treeOf({ 'package.json': manifest }))).map(({ make, commands }) => [make, ...commands]);
    expect(await targets({ name: 'a', version: '1.0.0' })).toEqual([['package', 'npm pack']]);
    expect(await targets({ name: 'a', version: '1.0.0', scripts: { build: 'tsc' } })).toEqual([['package', 'npm run build', 'npm pack']]);
    expect(await targets({ name: 'a', version: '1.0.0', scripts: { build: 'tsc', prepack: 'npm run build' } })).toEqual([['package', 'npm pack']]);
    expect(await targets({ name: 'a', private: true, scripts: { build: 'vite build' } })).toEqual([['command', 'npm run build']]);
    expect(await targets({ name: 'a', private: true })).toEqual([]);
  }); // prettier-ignore

  it('leave the members to be tested alone when the root only goes through them', async () => {
    const project = await detectProject(treeOf({ 'package.json': { workspaces: ['p/*'], scripts: { test: 'npm test --workspaces' } }, 'p/a/package.json': { name: 'a', scripts: { test: 'vitest' } } }));
    expect(project.packages.map((pkg) => testRunner(project, pkg)?.command)).toEqual([undefined, 'npm run test']);
  }); // prettier-ignore
});
