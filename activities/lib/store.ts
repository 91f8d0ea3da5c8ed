import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { failure } from '../../schemas/failures.ts';
import type { BlobRef } from '../../schemas/nouns.ts';
import type { ArtifactStore } from './workbench.ts';

type Content = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Keeps artifacts in files named by their SHA-256 under `<home>/store`. Any number of processes may write at once. What is read is checked
 * against its name; a full disk is `StoreFull`, and leaves nothing behind.
 */
export function createArtifactStore({ home }: { home: string }): ArtifactStore {
  const root = join(home, 'store');

  return {
    put(content, mediaType) {
      return keep(root, [typeof content === 'string' ? Buffer.from(content) : content], mediaType);
    },
    putFile(path, mediaType) {
      return keep(root, createReadStream(path), mediaType);
    },
    async get(ref) {
      const path = blobPath(root, ref.sha256);
      const content = await readFile(path).catch((error: unknown) => {
        throw missing(ref, error);
      });
      if (createHash('sha256').update(content).digest('hex') !== ref.sha256) throw await damaged(path, ref);
      return content;
    },
    async getToFile(ref, path) {
      const from = blobPath(root, ref.sha256);
      if ((await sizeOf(from)) === undefined) throw missing(ref);
      await mkdir(dirname(path), { recursive: true });
      const part = `${path}.${randomUUID()}`;
      try {
        const written = await writeHashed(part, createReadStream(from));
        if (written.sha256 !== ref.sha256) throw await damaged(from, ref);
        await rename(part, path);
      } catch (error) {
        await rm(part, { force: true });
        throw fullOr(error, dirname(path));
      }
    },
    async recall(key) {
      const text = await readFile(recordPath(root, key), 'utf8').catch((error: unknown) => {
        if (codeOf(error) === 'ENOENT') return undefined;
        throw error;
      });
      return text === undefined ? undefined : parsed(text);
    },
    async remember(key, value) {
      const path = recordPath(root, key);
      try {
        await mkdir(dirname(path), { recursive: true });
        await writeFileAtomic(path, JSON.stringify(value));
      } catch (error) {
        throw fullOr(error, root);
      }
    },
  };
}

async function keep(root: string, content: Content, mediaType: string): Promise<BlobRef> {
  const folder = join(root, 'tmp');
  const part = join(folder, randomUUID());
  try {
    await mkdir(folder, { recursive: true });
    const written = await writeHashed(part, content);
    const path = blobPath(root, written.sha256);
    if ((await sizeOf(path)) === written.size) {
      await rm(part);
    } else {
      await mkdir(dirname(path), { recursive: true });
      await rename(part, path);
    }
    return { ...written, mediaType };
  } catch (error) {
    await rm(part, { force: true });
    throw fullOr(error, root);
  }
}

/** Writes through to the disk, so that a name in the store never stands for content that a power cut took. */
async function writeHashed(path: string, content: Content): Promise<{ sha256: string; size: number }> {
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

function blobPath(root: string, sha256: string): string {
  return join(root, 'sha256', sha256.slice(0, 2), sha256);
}

function recordPath(root: string, key: string): string {
  if (!/^[0-9a-f]{16,128}$/.test(key))
    throw failure('InvalidInput', `a key of a kept result is 16 to 128 hex digits, not ${JSON.stringify(key)}`);
  return join(root, 'results', key.slice(0, 2), `${key}.json`);
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A record that cannot be read is as good as none: the work is done again.
    return undefined;
  }
}

function missing(ref: BlobRef, cause?: unknown) {
  return failure(
    'ArtifactMissing',
    `the artifact sha256:${ref.sha256} is no longer in the store; run the stage again to make it anew`,
    undefined,
    cause,
  );
}

/** Takes damaged content out of the store, so that the next `put` of the right content stays. */
async function damaged(path: string, ref: BlobRef) {
  await rm(path, { force: true });
  return failure(
    'ArtifactMissing',
    `the artifact sha256:${ref.sha256} was damaged on disk and was removed; run the stage again to make it anew`,
  );
}

function fullOr(error: unknown, folder: string): unknown {
  const code = codeOf(error);
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return failure(
    'StoreFull',
    `no space is left for ${folder}: free space on its disk, or remove old folders of sha256 and mirrors there`,
    { folder },
    error,
  );
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
