import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readDependencies } from '../../../activities/review/dependencies/readManifest.ts';
import { isAllowed, spdxOf } from '../../../activities/review/licences/spdx.ts';
import { type ReviewedChange, reviewOf, saidBy } from '../../support/reviews.ts';

const json = (value: object) => JSON.stringify(value, undefined, 2);
const manifest = (dependencies: object, more: object = {}) => json({ name: 'shop', dependencies, ...more });
const lock = (packages: object) => json({ lockfileVersion: 3, packages: { '': {}, ...packages } });

const manifests: [path: string, text: string, names: string[]][] = [
  ['package.json', manifest({ a: '1' }, { devDependencies: { b: '2' }, peerDependencies: { c: '3' }, optionalDependencies: 7 }), ['a', 'c', '-b']],
  ['requirements.txt', 'Django_X==1 \\\n --hash=sha256:1\n# no\n-r other.txt\nb[c]>=2; python_version > "3"\nhttps://x/y.whl\n', ['django-x', 'b']],
  ['requirements/dev.in', 'pytest\n', ['-pytest']],
  ['pyproject.toml', '[project]\ndependencies = ["A>=1"]\n[project.optional-dependencies]\nx = ["b"]\n[dependency-groups]\ndev = ["c", {include-group = "x"}]\n', ['a', 'b', '-c']],
  ['pyproject.toml', '[tool.poetry.dependencies]\npython = "^3"\nA = "^1"\nb = {path = "../b"}\n[tool.poetry.group.t.dependencies]\nc = "*"\n', ['a', 'b', '-c']],
  ['Cargo.toml', '[dependencies]\na = "1"\nb2 = { package = "b", version = "2" }\n[dev-dependencies]\nc = "1"\n[target."cfg(unix)".dependencies]\nd = "1"\n', ['a', 'b', 'd', '-c']],
  ['go.mod', 'module x\ngo 1.22\nrequire a.org/a v1.0.0\nrequire (\n\tb.org/b v2.0.0 // indirect\n\tc.org/c v3.0.0\n)\nreplace d.org/d v1.0.0 => ../d\n', ['a.org/a', 'c.org/c']],
]; // prettier-ignore

it.each(manifests)('reads %s: %j', async (path, text, names) => {
  const read = await readDependencies({ list: async () => [path], read: async () => text }, path);
  expect(read?.map(({ name, development }) => `${development ? '-' : ''}${name}`)).toEqual(names);
});

it.each(['{', '[]', 'null', '{"dependencies": []}', '\u0000'])('survives a manifest of %j', async (text) => {
  const read = await readDependencies({ list: async () => [], read: async () => text }, 'package.json');
  expect([undefined, 0]).toContain(read?.length);
});

type Case = ReviewedChange & { title: string; says: string[] };
const lockCases: Case[] = [
  { title: 'dependencies without the lock file', base: { 'package.json': manifest({}), 'package-lock.json': '{}' }, head: { 'package.json': manifest({ a: '1' }) }, says: ['warn package.json'] },
  { title: 'a member of a workspace without the lock file', base: { 'pnpm-lock.yaml': 'x\n', 'packages/a/package.json': manifest({}) }, head: { 'packages/a/package.json': manifest({ a: '1' }) }, says: ['warn packages/a/package.json'] },
  { title: 'a lock file alone', base: { 'Cargo.lock': 'a\n', 'Cargo.toml': '' }, head: { 'Cargo.lock': 'b\n' }, says: ['warn Cargo.lock'] },
  { title: 'not both', base: { 'go.mod': 'module x\n', 'go.sum': '' }, head: { 'go.mod': 'module x\nrequire a.org/a v1.0.0\n', 'go.sum': 'a\n' }, says: [] },
  { title: 'not a workspace lock file with a member', base: { 'yarn.lock': 'a\n' }, head: { 'yarn.lock': 'b\n', 'packages/a/package.json': manifest({ a: '1' }) }, says: [] },
  { title: 'not a manifest whose dependencies stay', base: { 'package.json': manifest({ a: '1' }), 'package-lock.json': '{}' }, head: { 'package.json': manifest({ a: '1' }, { scripts: { x: 'y' } }) }, says: [] },
  { title: 'not a manifest in a project without lock file', base: { 'package.json': manifest({}) }, head: { 'package.json': manifest({ a: '1' }) }, says: [] },
  { title: 'not a lock file that goes', base: { 'yarn.lock': 'a\n', 'package.json': manifest({}) }, head: { 'yarn.lock': null }, says: [] },
]; // prettier-ignore

describe('lock files', () => {
  it.each(lockCases)('$title', async ({ says, ...change }) => {
    expect(saidBy(await reviewOf(change), 'lock_files')).toEqual(says);
  });
});

const packages = { 'node_modules/good': { version: '1.0.0', license: 'MIT' }, 'node_modules/bad': { version: '1.0.0', license: 'GPL-3.0-only' }, 'node_modules/mute': { version: '1.2.3' } }; // prettier-ignore
const withLock = (dependencies: object): ReviewedChange => ({
  base: { 'package.json': manifest({ old: '1' }) },
  head: { 'package.json': manifest({ old: '1', ...dependencies }), 'package-lock.json': lock(packages) },
});

describe('licences', () => {
  it('names what the lock file says and the project does not allow', async () => {
    const review = await reviewOf({ ...withLock({ good: '^1', bad: '^1' }), rules: { licences: { weight: 'block' } } });
    expect(review.comments.filter(({ rule }) => rule === 'licences')).toMatchObject([
      { severity: 'block', path: 'package.json', message: expect.stringContaining('bad is new, and its licence GPL-3.0-only') },
    ]);
    expect(review.approved).toBe(false);
  });

  it('says that one is unknown when nobody tells, and does not block for that', async () => {
    const review = await reviewOf({ ...withLock({ mute: '^1', else: 'github:acme/else' }), rules: { licences: { weight: 'block' } } });
    const said = review.comments.filter(({ rule }) => rule === 'licences');
    expect(said).toMatchObject([{ severity: 'warn', message: expect.stringMatching(/not known: mute, else\./) }]);
    expect(review.approved).toBe(true);
  });

  it.each<[string, ReviewedChange]>([
    ['for developing', { head: { 'package.json': manifest({}, { devDependencies: { bad: '1' } }) } }],
    ['of the project itself', { head: { 'package.json': manifest({ a: 'workspace:*', b: 'file:../b' }), 'Cargo.toml': '[dependencies]\na = { path = "../a" }\n' } }],
    ['of a test or an example', { head: { 'test/fixture/package.json': manifest({ bad: '1' }), 'examples/requirements.txt': 'bad\n' } }],
    ['that was there', { base: { 'package.json': manifest({ bad: '1' }) }, head: { 'package.json': manifest({ bad: '2' }), 'package-lock.json': lock(packages) } }],
    ['that moved with its manifest', { base: { 'a/package.json': manifest({ bad: '1' }) }, head: { 'a/package.json': null, 'b/package.json': manifest({ bad: '1' }) } }],
  ])('says nothing of a package %s', async (_, change) => {
    expect(saidBy(await reviewOf(change), 'licences')).toEqual([]);
  }); // prettier-ignore

  it('asks the registries that this machine uses, about the version of the lock file', async () => {
    const asked: string[] = [];
    const url = await registry((path) => {
      asked.push(path);
      if (path === '/mute/1.2.3') return { license: { type: 'AGPL-3.0' } };
      if (path === '/@acme%2fui/latest') return { license: 'MIT' };
      if (path === '/pypi/evil/json')
        return { info: { classifiers: ['License :: OSI Approved :: GNU General Public License v3 (GPLv3)'] } };
      return path === '/pypi/fine/json' ? { info: { license_expression: 'MIT OR GPL-2.0-only' } } : undefined;
    });
    const change = withLock({ mute: '^1', '@acme/ui': '^1', '../../etc/passwd': '1' });
    const review = await reviewOf({
      ...change,
      head: { ...change.head, 'requirements.txt': 'evil\nfine==1\n' },
      hostEnv: { PATH: process.env.PATH, npm_config_registry: url, PIP_INDEX_URL: `${url}/simple` },
    });
    expect(asked.sort()).toEqual(['/@acme%2fui/latest', '/mute/1.2.3', '/pypi/evil/json', '/pypi/fine/json']);
    expect(review.comments.filter(({ rule }) => rule === 'licences').map(({ message }) => message)).toEqual([
      expect.stringMatching(/^mute is new, and its licence AGPL-3\.0 /),
      expect.stringMatching(/^evil is new, and its licence GNU General/),
      expect.stringMatching(/not known: \.\.\/\.\.\/etc\/passwd\./),
    ]);
  });

  it('waits a few seconds at most for a registry that hangs', { timeout: 15_000 }, async () => {
    const url = await registry(() => 'hang');
    const started = Date.now();
    const review = await reviewOf({ ...withLock({ mute: '1' }), hostEnv: { npm_config_registry: url } });
    expect(Date.now() - started).toBeLessThan(9000);
    expect(saidBy(review, 'licences')).toEqual(['warn package.json']);
  });
});

it.each<[string, boolean]>([
  ['MIT', true],
  ['mit', true],
  ['GPL-3.0-only', false],
  ['MIT OR GPL-3.0-only', true],
  ['MIT AND GPL-3.0-only', false],
  ['(GPL-3.0-only OR (MIT AND Apache-2.0))', true],
  ['Apache-2.0 WITH LLVM-exception', true],
  ['Apache-2.0+', true],
  ['MIT OR', false],
  ['SEE LICENSE IN ./LICENSE', false],
  ['', false],
  ['MIT Apache-2.0', false],
  ['('.repeat(10_000), false],
  ['UNLICENSED', false],
])('judges the licence %s: %s', (expression, verdict) => {
  expect(isAllowed(expression, ['MIT', 'Apache-2.0'])).toBe(verdict);
});

it.each([
  ['MIT License', 'MIT'],
  ['The MIT License (MIT)', 'MIT'],
  ['Apache License, Version 2.0', 'Apache-2.0'],
  ['Apache Software License', 'Apache-2.0'],
  ['BSD License', 'BSD-3-Clause'],
  ['Python Software Foundation License', 'PSF-2.0'],
  ['GPLv3', 'GPLv3'],
])('takes %s for %s', (text, id) => {
  expect(spdxOf(text)).toBe(id);
});

/** A registry whose answers are objects, 404 for undefined, or never come. */
async function registry(answer: (path: string) => object | 'hang' | undefined): Promise<string> {
  const server = createServer((request, response) => {
    const said = answer(request.url ?? '');
    if (said !== 'hang') response.writeHead(said ? 200 : 404).end(JSON.stringify(said ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
