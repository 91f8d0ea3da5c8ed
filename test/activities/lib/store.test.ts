import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createArtifactStore } from '../../../activities/lib/store.ts';
import { expectFailure } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/gitRepository.ts';

const mountTool = 'mount';
const key = 'ab'.repeat(32);

describe('createArtifactStore', () => {
  it('gives back what was put, from memory and from a file, under one name', async () => {
    const { store, home } = await prepared();
    await writeFile(join(home, 'in.bin'), 'content');
    const ref = await store.put('content', 'text/plain');
    expect(ref).toEqual({ sha256: 'ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73', size: 7, mediaType: 'text/plain' });
    expect(await store.putFile(join(home, 'in.bin'), 'text/plain')).toEqual(ref);
    expect(Buffer.from(await store.get(ref)).toString()).toBe('content');
    await store.getToFile(ref, join(home, 'deep', 'out.bin'));
    expect(await readFile(join(home, 'deep', 'out.bin'), 'utf8')).toBe('content');
    expect(await readdir(join(home, 'store', 'sha256'))).toEqual(['ed']);
    expect(await readdir(join(home, 'store', 'tmp'))).toEqual([]);
  });

  it('takes a large file piece by piece', async () => {
    const { store, home } = await prepared();
    const large = Buffer.alloc(5 * 2 ** 20, 'x');
    await writeFile(join(home, 'large'), large);
    const ref = await store.putFile(join(home, 'large'), 'application/octet-stream');
    expect(ref.size).toBe(large.length);
    expect(Buffer.compare(await store.get(ref), large)).toBe(0);
  });

  it('lets many write the same and other things at once', async () => {
    const { home } = await prepared();
    const stores = Array.from({ length: 20 }, () => createArtifactStore({ home }));
    const refs = await Promise.all(stores.map((store, i) => store.put(`content ${i % 3}`, 'text/plain')));
    for (const [i, ref] of refs.entries())
      expect(Buffer.from(await createArtifactStore({ home }).get(ref)).toString()).toBe(`content ${i % 3}`);
    await Promise.all(stores.map((store, i) => store.remember(key, { i, text: 'x'.repeat(10_000) })));
    expect(await createArtifactStore({ home }).recall(key)).toMatchObject({ text: 'x'.repeat(10_000) });
  });

  it('says that an artifact is gone, and that one was damaged, which it then forgets', async () => {
    const { store, home } = await prepared();
    const ref = await store.put('content', 'text/plain');
    const path = join(home, 'store', 'sha256', ref.sha256.slice(0, 2), ref.sha256);

    await writeFile(path, 'CONTENT');
    await expectFailure(store.get(ref), 'ArtifactMissing', 'damaged');
    await expectFailure(store.get(ref), 'ArtifactMissing', 'no longer in the store');
    await store.put('content', 'text/plain');

    await writeFile(path, 'CONTENT');
    await expectFailure(store.getToFile(ref, join(home, 'out')), 'ArtifactMissing', 'damaged');
    await expectFailure(store.getToFile(ref, join(home, 'out')), 'ArtifactMissing', 'no longer in the store');
    expect(existsSync(join(home, 'out'))).toBe(false);
  });

  it('remembers small records by key, and takes a broken one for none', async () => {
    const { store, home } = await prepared();
    expect(await store.recall(key)).toBeUndefined();
    await store.remember(key, { passed: true });
    expect(await store.recall(key)).toEqual({ passed: true });
    await writeFile(join(home, 'store', 'results', 'ab', `${key}.json`), '{"passed":');
    expect(await store.recall(key)).toBeUndefined();
    await expectFailure(store.recall('../../etc/passwd'), 'InvalidInput', 'hex digits');
  });

  it('says that the disk is full and what to free, and leaves nothing half written', async (context) => {
    const { home } = await prepared();
    const disk = join(home, 'disk');
    await mkdir(disk);
    const mounted = await execa(mountTool, ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk], { reject: false });
    if (mounted.failed) context.skip('needs the right to mount a small disk');
    onTestFinished(async () => {
      await execa(`u${mountTool}`, [disk]);
    });
    const store = createArtifactStore({ home: disk });
    const small = await store.put('small', 'text/plain');
    await writeFile(join(home, 'large'), Buffer.alloc(2 ** 20));

    await expectFailure(
      store.put(Buffer.alloc(2 ** 20), 'application/octet-stream'),
      'StoreFull',
      `no space is left on the disk of ${disk}`,
    );
    await expectFailure(store.putFile(join(home, 'large'), 'application/octet-stream'), 'StoreFull', 'free some');
    await expectFailure(store.remember(key, 'x'.repeat(2 ** 20)), 'StoreFull', 'free some');
    expect(await readdir(join(disk, 'store', 'tmp'))).toEqual([]);
    expect(await store.recall(key)).toBeUndefined();
    expect(Buffer.from(await store.get(small)).toString()).toBe('small');
  });
});

async function prepared() {
  const home = await temporaryFolder();
  return { home, store: createArtifactStore({ home }) };
}
