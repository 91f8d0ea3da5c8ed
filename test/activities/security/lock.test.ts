import { expect, test } from 'vitest';
import { lockedPackages } from '../../../activities/security/npm/lock.ts';

const locks = [
  {
    title: 'package-lock.json, version 3, with a scope, a nested copy, an alias, a link and a git dependency',
    path: 'package-lock.json',
    text: JSON.stringify({
      packages: {
        '': { name: 'shop', version: '9.9.9' },
        'node_modules/@scope/a': { version: '1.0.0' },
        'node_modules/b': { version: '2.0.0' },
        'node_modules/@scope/a/node_modules/b': { version: '1.0.0' },
        'node_modules/alias': { name: 'real', version: '3.0.0' },
        'node_modules/member': { link: true, resolved: 'member' },
        'node_modules/own': { version: '1.0.0', resolved: 'git+ssh://git@example.com/own.git#abc' },
        member: { name: 'member', version: '1.0.0' },
      },
    }),
    packages: { '@scope/a': ['1.0.0'], b: ['2.0.0', '1.0.0'], real: ['3.0.0'] },
  },
  {
    title: 'package-lock.json, version 1',
    path: 'web/package-lock.json',
    text: JSON.stringify({
      dependencies: { a: { version: '1.0.0', dependencies: { b: { version: '2.0.0' } } }, c: { version: 'git+ssh://x' } },
    }),
    packages: { a: ['1.0.0'], b: ['2.0.0'] },
  },
  {
    title: 'pnpm-lock.yaml, version 9',
    path: 'pnpm-lock.yaml',
    text: "lockfileVersion: '9.0'\npackages:\n  '@scope/a@1.0.0':\n    resolution: {integrity: x}\n  b@2.0.0-rc.1:\n    resolution: {integrity: x}\n",
    packages: { '@scope/a': ['1.0.0'], b: ['2.0.0-rc.1'] },
  },
  {
    title: 'pnpm-lock.yaml, versions 5 and 6',
    path: 'pnpm-lock.yaml',
    text: 'packages:\n  /@scope/a/1.0.0_b@2.0.0:\n    dev: true\n  /c@3.0.0(b@2.0.0):\n    dev: true\n',
    packages: { '@scope/a': ['1.0.0'], c: ['3.0.0'] },
  },
  {
    title: 'yarn.lock, version 1',
    path: 'yarn.lock',
    text: '# yarn lockfile v1\n\n\n"@scope/a@^1.0.0", "@scope/a@^1.1.0":\n  version "1.1.0"\n  resolved "https://r/a"\n\nb@~2.0.0:\n  version "2.0.1"\n  dependencies:\n    c "^3.0.0"\n\n"x@npm:y@^4":\n  version "4.0.0"\n',
    packages: { '@scope/a': ['1.1.0'], b: ['2.0.1'], y: ['4.0.0'] },
  },
  {
    title: 'yarn.lock of Yarn 4, with the workspace itself',
    path: 'yarn.lock',
    text: '__metadata:\n  version: 8\n\n"@scope/a@npm:^1.0.0":\n  version: 1.1.0\n  resolution: "@scope/a@npm:1.1.0"\n  checksum: x\n\n"shop@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "shop@workspace:."\n',
    packages: { '@scope/a': ['1.1.0'] },
  },
  {
    title: 'bun.lock',
    path: 'bun.lock',
    text: '{\n  "lockfileVersion": 1,\n  "packages": {\n    "a": ["a@1.0.0", "", {}, "sha512-x"],\n    "@s/b": ["@s/b@2.0.0", "", {}, "sha512-y"],\n    "m": ["m@workspace:m"],\n  },\n}\n',
    packages: { a: ['1.0.0'], '@s/b': ['2.0.0'] },
  },
];

test.each(locks)('reads $title', ({ path, text, packages }) => {
  const found = lockedPackages(path, text) ?? new Map<string, ReadonlySet<string>>();
  expect(Object.fromEntries([...found].map(([name, versions]) => [name, [...versions]]))).toEqual(packages);
});

test.each(['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock'])('text that is no %s is not taken for an empty one', (path) => {
  expect(lockedPackages(path, '<<<<<<< HEAD\n[')).toBeUndefined();
});
