import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { failure } from '../../schemas/failures.ts';
import type { BlobRef } from '../../schemas/nouns.ts';
import { type Content, writeWhole } from './diskWrites.ts';
import type { ArtifactStore } from './workbench.ts';

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
        throw isAbsent(error) ? missing(ref) : error;
      });
      if (createHash('sha256').update(content).digest('hex') !== ref.sha256) throw await damaged(path, ref);
      return content;
    },
    async getToFile(ref, path) {
      const from = blobPath(root, ref.sha256);
      if ((await sizeOf(from)) === undefined) throw missing(ref);
      await writeWhole(dirname(path), createReadStream(from), async ({ sha256 }) => {
        if (sha256 !== ref.sha256) throw await damaged(from, ref);
        return path;
      });
    },
    async recall(key) {
      const text = await readFile(recordPath(root, key), 'utf8').catch((error: unknown) => {
        if (isAbsent(error)) return '';
        throw error;
      });
      return parsed(text);
    },
    async remember(key, value) {
      const path = recordPath(root, key);
      await writeWhole(join(root, 'tmp'), [Buffer.from(JSON.stringify(value))], async () => path);
    },
  };
}

async function keep(root: string, content: Content, mediaType: string): Promise<BlobRef> {
  const written = await writeWhole(join(root, 'tmp'), content, async ({ sha256, size }) => {
    const path = blobPath(root, sha256);
    return (await sizeOf(path)) === size ? undefined : path;
  });
  return { ...written, mediaType };
}

function blobPath(root: string, sha256: string): string {
  return join(root, 'sha256', sha256.slice(0, 2), sha256);
}

function recordPath(root: string, key: string): string {
  if (!/^[0-9a-f]{16,128}$/.test(key))
    throw failure('InvalidInput', `the key of a kept result is 16 to 128 hex digits, not ${JSON.stringify(key)}`);
  return join(root, 'results', key.slice(0, 2), `${key}.json`);
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
}

/** A record that cannot be read is as good as none: the work is done again. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function missing(ref: BlobRef) {
  return failure('ArtifactMissing', `the artifact sha256:${ref.sha256} is no longer in the store; run the stage again to make it anew`);
}

/** Takes damaged content out of the store, so that the next `put` of the right content stays. */
async function damaged(path: string, ref: BlobRef) {
  await rm(path, { force: true });
  return failure(
    'ArtifactMissing',
    `the artifact sha256:${ref.sha256} was damaged on disk and was removed; run the stage again to make it anew`,
  );
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
