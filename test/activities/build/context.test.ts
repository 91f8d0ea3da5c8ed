import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extract } from 'tar-stream';
import { expect, test } from 'vitest';
import { imageContext } from '../../../activities/build/image/context.ts';
import { readDockerignore } from '../../../activities/build/image/ignore.ts';
import { commitTag, defaultRepository, parseImageName } from '../../../activities/build/image/name.ts';
import { temporaryFolder } from '../../support/gitRepository.ts';

// From the rules and examples in Docker's own documentation.
const rules: { ignore: string; left: string[]; out: string[] }[] = [
  {
    ignore: '# comment\n*/temp*\n*/*/temp*\ntemp?',
    left: ['a/b/c/temp', 'temporary', 'temp'],
    out: ['a/temporary.txt', 'a/b/temp', 'tempa/x'],
  },
  { ignore: '**/*.go', left: ['go.mod'], out: ['a.go', 'x/y/b.go'] },
  { ignore: '*.md\n!README.md', left: ['README.md', 'docs/a.md'], out: ['a.md'] },
  { ignore: '*.md\n!README*.md\nREADME-secret.md', left: ['README.md'], out: ['README-secret.md', 'a.md'] },
  { ignore: '*\n!src/**', left: ['src/a/b.ts'], out: ['a.ts', '.env'] },
  { ignore: '/node_modules/\n./dist', left: ['web/node_modules/a'], out: ['node_modules/a/b', 'dist/x'] },
];
test.each(rules)('$ignore leaves out what Docker leaves out', ({ ignore, left, out }) => {
  const ignored = readDockerignore(ignore);
  expect({ left: left.filter(ignored), out: out.filter((path) => !ignored(path)) }).toEqual({ left: [], out: [] });
});

test('the context holds what is not ignored, kept files over it, and always the Dockerfile', async () => {
  const root = await temporaryFolder();
  const files = {
    'app/Dockerfile': 'FROM x',
    'app/.dockerignore': '*\n!a.txt\n!dist',
    'app/a.txt': 'a',
    'app/b.txt': 'b',
    'kept/dist/c.txt': 'c',
  };
  for (const folder of ['app', 'kept/dist']) await mkdir(join(root, folder), { recursive: true });
  for (const [path, text] of Object.entries(files)) await writeFile(join(root, path), text);
  const context = await imageContext({ folder: join(root, 'app'), overlay: join(root, 'kept'), dockerfile: 'Dockerfile' });
  const names: string[] = [];
  for await (const entry of context.stream.pipe(extract())) {
    names.push(entry.header.name);
    entry.resume();
  }
  expect(names.sort()).toEqual(['.dockerignore', 'Dockerfile', 'a.txt', 'dist/c.txt']);
});

const names = [
  { reference: 'shop', repository: 'shop' },
  { reference: 'acme/shop:v1.2', repository: 'acme/shop', tag: 'v1.2' },
  { reference: 'localhost:5000/acme/shop', repository: 'localhost:5000/acme/shop' },
  { reference: 'localhost:5000/acme/shop:1', repository: 'localhost:5000/acme/shop', tag: '1' },
];
test.each(names)('$reference is taken apart', ({ reference, ...name }) => {
  expect(parseImageName(reference)).toEqual(name);
});

const slugs = [
  { slug: 'acme/shop', repository: 'mainstay/acme/shop' },
  { slug: 'Acme/My_Shop..v2', repository: 'mainstay/acme/my-shop-v2' },
  { slug: 'local/-a-/b', repository: 'mainstay/local/a/b' },
];
test.each(slugs)('$slug becomes a name that Docker takes', ({ slug, repository }) => {
  expect(defaultRepository(slug)).toBe(repository);
});

test('each image of a matrix has its own tag', () => {
  expect(commitTag('0123456789abcdef', { node: '24', os: 'a b' })).toBe('0123456789ab-24-a-b');
});
