import { describe, expect, it } from 'vitest';
import { dependencyKey } from '../../../../activities/lib/install/key.ts';
import { installPlan } from '../../../../activities/lib/install/plan.ts';
import { detectProject } from '../../../../repository/detect/detectProject.ts';
import { treeOf } from '../../../support/memoryTree.ts';

type Files = Record<string, string | object>;
const odd = { name: 'shop', version: '1.0.0', dependencies: { 'is-odd': '3.0.1' } };
const lock = { lockfileVersion: 3, packages: {} };

async function plan(files: Files, trusted = false) {
  const tree = treeOf(files);
  return installPlan(await detectProject(tree), tree, trusted);
}

async function key(files: Files, { trusted = false, fingerprint = 'node24' } = {}): Promise<string> {
  return dependencyKey(await plan(files, trusted), { kind: 'docker', fingerprint });
}

const commands: [string, Files, (RegExp | string)[]][] = [
  ['nothing for a package without dependencies', { 'package.json': { name: 'a' } }, []],
  ['npm ci with a lock', { 'package.json': odd, 'package-lock.json': lock }, [/^npm ci .*--ignore-scripts$/]],
  ['npm install without', { 'package.json': odd }, [/^npm install --no-package-lock .*--ignore-scripts$/]],
  ['one install for a workspace', { 'package.json': { name: 'w', workspaces: ['packages/*'] }, 'package-lock.json': lock, 'packages/a/package.json': odd }, [/^npm ci /]],
  ['pnpm in the pinned version', { 'package.json': { ...odd, packageManager: 'pnpm@9.15.0+sha512.abc' }, 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n" }, [/ pnpm@9\.15\.0$/, /pnpm install --frozen-lockfile --ignore-scripts --ignore-pnpmfile$/]],
  ['pnpm by the format of its lock', { 'package.json': odd, 'pnpm-lock.yaml': "lockfileVersion: '6.0'\n" }, [/ pnpm@8$/, /pnpm install/]],
  ['classic yarn', { 'package.json': odd, 'yarn.lock': '# yarn lockfile v1\n' }, [/ yarn@1$/, /yarn install --non-interactive --frozen-lockfile --ignore-scripts$/]],
  ['modern yarn', { 'package.json': odd, 'yarn.lock': '__metadata:\n  version: 8\n' }, [/ @yarnpkg\/cli-dist@4$/, /yarn install --immutable$/]],
  ['no version that is a command', { 'package.json': { ...odd, packageManager: 'pnpm@1.0.0; id' }, 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n" }, [/ pnpm@10$/, /pnpm install/]],
  ['bun', { 'package.json': odd, 'bun.lock': '{}' }, [/ bun@1$/, /bun install --frozen-lockfile --ignore-scripts$/]],
  ['Go modules that others are required by', { 'go.mod': 'module x\n\ngo 1.22\n\nrequire y v1.0.0\n', 'go.sum': '' }, [/^go mod download && .*-exec true/]],
  ['only the build cache for a Go module that stands alone', { 'go.mod': 'module x\n\ngo 1.22\n' }, [/^\{ go test -exec true/]],
  ['crates by their lock', { 'Cargo.toml': '[package]\nname = "x"\nversion = "0.1.0"\n[dependencies]\nitoa = "1"\n', 'Cargo.lock': '' }, ['cargo fetch --locked']],
]; // prettier-ignore

describe('the plan of an install', () => {
  it.each(commands)('is %s', async (_title, files, expected) => {
    const steps = await plan(files);
    expect(steps).toHaveLength(expected.length);
    steps.forEach(({ command }, i) => expect(command).toMatch(expected[i] ?? ''));
  });

  it('lets scripts of packages run only for a trusted source', async () => {
    const [step] = await plan({ 'package.json': odd, 'package-lock.json': lock }, true);
    expect(step?.command).not.toContain('--ignore-scripts');
    const python = { 'requirements.txt': 'six\n', 'a.py': '' };
    expect([(await plan(python))[0]?.env, (await plan(python, true))[0]?.env]).toEqual([{ PIP_ONLY_BINARY: ':all:' }, {}]);
  });

  it('says when versions are not locked', async () => {
    expect((await plan({ 'package.json': odd })).flatMap(({ notices }) => notices)).toEqual([
      'no lock file: versions are those that the registry gives today',
    ]);
  });

  it('keeps the key when only scripts change, and changes it with lock, manifest, trust and tools', async () => {
    const base: Files = { 'package.json': odd, 'package-lock.json': lock };
    const first = await key(base);
    expect(await key({ ...base, 'package.json': { ...odd, scripts: { test: 'jest' }, version: '1.0.1' } })).toBe(first);
    const others = [
      await key({ ...base, 'package-lock.json': { ...lock, packages: { a: {} } } }),
      await key({ ...base, 'package.json': { ...odd, dependencies: { 'is-odd': '3.0.0' } } }),
      await key({ ...base, '.npmrc': 'legacy-peer-deps=true\n' }),
      await key(base, { trusted: true }),
      await key(base, { fingerprint: 'node26' }),
    ];
    expect(new Set([first, ...others]).size).toBe(6);
  });
});
