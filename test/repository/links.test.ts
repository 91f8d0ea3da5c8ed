import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { array, assert, asyncProperty, constantFrom, tuple, uniqueArray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { staysInside } from '../../repository/links.ts';
import { temporaryFolder } from '../support/gitRepository.ts';

describe('staysInside', () => {
  it.each([
    [{ a: 'b' }, true],
    [{ 'x/a': '../b' }, true],
    [{ 'x/a': '..' }, true],
    [{ 'x/y/a': '../../z/../b' }, true],
    [{ a: 'missing/folder/../file' }, true],
    [{ a: 'a' }, true],
    [{ a: 'b', b: 'a' }, true],
    [{ a: '/etc/passwd' }, false],
    [{ a: '..' }, false],
    [{ a: '../b' }, false],
    [{ 'x/a': '../../b' }, false],
    [{ a: 'x/../../b' }, false],
    [{ a: 'top/../b', 'deep/er/top': '../..', top: 'deep/er/top' }, false],
    [{ 'deep/er/a': 'top/../b', 'deep/er/top': '../..' }, false],
    [{ a: 'b/c', b: '/etc' }, false],
  ])('follows %j: %j', (links, inside) => {
    const map = new Map(Object.entries<string | undefined>(links).map(([path, target]) => [path, target ?? '']));
    expect(staysInside(map, Object.keys(links)[0] ?? '')).toBe(inside);
  });

  it('gives up soon on links that were made to be followed for long', () => {
    const links = new Map(Array.from({ length: 1000 }, (_, i) => [`l${i}`, `${'x/../'.repeat(800)}l${i + 1}`]));
    const start = Date.now();
    for (const link of links.keys()) staysInside(links, link);
    expect(Date.now() - start).toBeLessThan(5000);
  });

  it('never calls a link inside that the real file system follows to the outside', async () => {
    const folder = await temporaryFolder();
    const name = constantFrom('a', 'b', 'c');
    const target = array(constantFrom('a', 'b', 'c', '..', '.'), { minLength: 1, maxLength: 5 }).map((names) => names.join('/'));
    const links = uniqueArray(
      tuple(
        array(name, { minLength: 1, maxLength: 3 }).map((n) => n.join('/')),
        target,
      ),
      {
        selector: ([path]) => path,
        minLength: 1,
        maxLength: 4,
      },
    );
    let round = 0;
    await assert(
      asyncProperty(links, async (made) => {
        const outer = await realpath(folder);
        const root = join(outer, String(round++), 'o', 'u', 'root');
        for (const at of ['a/b/c', 'b/c/a', 'c/a/b']) await mkdir(join(root, `d/${at}`), { recursive: true });
        await writeFile(join(dirname(root), 'secret'), '');
        const real = new Map<string, string>();
        for (const [path, to] of made) {
          const written = await mkdir(dirname(join(root, path)), { recursive: true })
            .then(() => symlink(to, join(root, path)))
            .then(
              () => true,
              () => false,
            );
          if (written) real.set(path, to);
        }
        // What was written through a link lies elsewhere than its path says; the tree check refuses such paths before.
        const plain = [...real.keys()].every((path) => ![...real.keys()].some((other) => path.startsWith(`${other}/`)));
        if (!plain) return;
        for (const path of real.keys()) {
          const reached = await realpath(join(root, path)).catch(() => root);
          if (!`${reached}/`.startsWith(`${root}/`)) expect(staysInside(real, path)).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });
});
