import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { failure } from '../../schemas/failures.ts';

export type Content = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
export type Written = { sha256: string; size: number };

/**
 * Writes content beside other files and then moves it to the path that `place` names for it, so that no reader ever sees half of it. `place`
 * may fail, or answer undefined when the content is not needed; then nothing stays. A full disk is `StoreFull`.
 */
export async function writeWhole(
  folder: string,
  content: Content,
  place: (written: Written) => Promise<string | undefined>,
): Promise<Written> {
  const part = join(folder, `${randomUUID()}.part`);
  try {
    await mkdir(folder, { recursive: true });
    const written = await writeHashed(part, content);
    const path = await place(written);
    if (path !== undefined) {
      await mkdir(dirname(path), { recursive: true });
      await rename(part, path);
    }
    return written;
  } catch (error) {
    throw fullOr(error, folder);
  } finally {
    await rm(part, { force: true });
  }
}

/** Writes through to the disk, so that a name in the store never stands for content that a power cut took. */
async function writeHashed(path: string, content: Content): Promise<Written> {
  const hash = createHash('sha256');
  let size = 0;
  const file = await open(path, 'wx');
  try {
    for await (const chunk of content) {
      hash.update(chunk);
      size += chunk.length;
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { sha256: hash.digest('hex'), size };
}

function fullOr(error: unknown, folder: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return failure(
    'StoreFull',
    `no space is left on the disk of ${folder}: free some there; Mainstay itself keeps the most in its folders store and mirrors`,
    { folder },
    error,
  );
}
