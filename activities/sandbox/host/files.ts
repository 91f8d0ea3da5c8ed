import { constants, createWriteStream } from 'node:fs';
import { type FileHandle, lchown, mkdir, open, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { failure } from '../../../schemas/failures.ts';
import { walkFiles } from './walk.ts';
import type { Box } from '../box.ts';

const defaultBytes = 32 * 2 ** 20;
const defaultCopyBytes = 2 ** 30;

/**
 * The file functions of a box whose workspace is a folder of this machine. The folder's content is hostile: links never lead out of it.
 * What is written belongs to `uid` when one is given.
 */
export function workspaceFiles(root: string, uid?: number): Pick<Box, 'readText' | 'find' | 'writeText' | 'copyOut'> {
  async function readText(path: string, maxBytes = defaultBytes): Promise<string | undefined> {
    const file = await openInside(root, path);
    if (!file) return undefined;
    try {
      const { size } = await file.stat();
      return size > maxBytes ? undefined : await file.readFile('utf8');
    } finally {
      await file.close();
    }
  }

  async function writeText(path: string, text: string): Promise<void> {
    const wanted = inWorkspace(path);
    const folder = await makeFolder(root, dirname(wanted), uid);
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const file = await open(join(folder, wanted.slice(wanted.lastIndexOf('/') + 1)), flags, 0o644);
    try {
      await file.writeFile(text);
      if (uid !== undefined) await file.chown(uid, uid);
    } finally {
      await file.close();
    }
  }

  async function copyOut(paths: readonly string[], to: string, maxBytes = defaultCopyBytes): Promise<void> {
    let left = maxBytes;
    for (const path of paths) {
      const wanted = inWorkspace(path);
      const file = await openInside(root, wanted, 'strict');
      if (!file) throw failure('PathOutsideRepository', `${path}: not a regular file inside the workspace`);
      const { size, mode } = await file.stat();
      left -= size;
      if (left < 0) {
        await file.close();
        throw failure('ResultTooLarge', `${path}: the files taken out of the sandbox are above ${maxBytes} bytes in all`);
      }
      const target = join(to, wanted);
      await mkdir(dirname(target), { recursive: true });
      // Bounded by the size that was counted, in case it grows meanwhile.
      const content = file.createReadStream({ end: Math.max(0, size - 1) });
      await pipeline(content, createWriteStream(target, { mode: (mode & 0o111) === 0 ? 0o644 : 0o755 }));
    }
  }

  return { readText, writeText, copyOut, find: (globs) => walkFiles(root, globs) };
}

/** The path in its plain relative form; `PathOutsideRepository` when it leaves the workspace. */
export function inWorkspace(path: string): string {
  const plain = normalize(path);
  if (path === '' || path.includes('\0') || isAbsolute(plain) || plain === '..' || plain.startsWith('../')) {
    throw failure('PathOutsideRepository', `${JSON.stringify(path)}: give a path inside the workspace`);
  }
  return plain;
}

/** An open regular file under the root; undefined when there is none. `strict` also refuses links that stay inside. */
async function openInside(root: string, path: string, links: 'inside' | 'strict' = 'inside'): Promise<FileHandle | undefined> {
  const wanted = resolve(root, inWorkspace(path));
  const base = await realpath(root);
  const real = await realpath(wanted).catch(() => undefined);
  if (real === undefined || !isInside(base, real)) return undefined;
  if (links === 'strict' && relative(base, real) !== relative(resolve(root), wanted)) return undefined;
  // Without NONBLOCK a pipe that nobody writes to would hang here.
  const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => undefined);
  if (!file) return undefined;
  if ((await file.stat()).isFile()) return file;
  await file.close();
  return undefined;
}

/** Makes a folder below the root, step by step, so that no link on the way leads out. */
async function makeFolder(root: string, path: string, uid: number | undefined): Promise<string> {
  const base = await realpath(root);
  let folder = base;
  for (const part of path === '.' ? [] : path.split('/')) {
    const next = join(folder, part);
    const made = await mkdir(next).then(
      () => true,
      (error: unknown) => {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
        return false;
      },
    );
    if (made && uid !== undefined) await lchown(next, uid, uid);
    folder = await realpath(next);
    if (!isInside(base, folder)) throw failure('PathOutsideRepository', `${path}: a link leads out of the workspace`);
  }
  return folder;
}

function isInside(base: string, path: string): boolean {
  return path === base || path.startsWith(`${base}/`);
}
