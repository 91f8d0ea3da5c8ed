import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack as packFolder } from 'tar-fs';
import { extract, pack } from 'tar-stream';
import { failure } from '../../../schemas/failures.ts';

/** The user that the repository's code runs as inside a container. */
export const boxUser = 1000;

/** A folder of this machine as a tar stream whose files belong to the box's user; links stay links, sockets stay out. */
export function packWorkspace(folder: string): Readable {
  const archive = packFolder(folder, {
    dereference: false,
    // Sockets and pipes of the host mean nothing in there.
    strict: false,
    map: (header) => ({ ...header, uid: boxUser, gid: boxUser, uname: '', gname: '' }),
  });
  return Readable.from(archive);
}

/** Small files as a tar stream that belongs to the box's user. */
export function packFiles(files: Readonly<Record<string, Uint8Array | string>>): Readable {
  const archive = pack();
  // Named on their own: Docker would make missing folders, and they would be root's.
  for (const name of foldersOf(Object.keys(files))) archive.entry({ name, type: 'directory', uid: boxUser, gid: boxUser, mode: 0o755 });
  for (const [name, content] of Object.entries(files)) {
    archive.entry({ name, uid: boxUser, gid: boxUser, mode: 0o644 }, typeof content === 'string' ? content : Buffer.from(content));
  }
  archive.finalize();
  return Readable.from(archive);
}

function foldersOf(names: readonly string[]): string[] {
  const folders = names.flatMap((name) => {
    const parts = name.split('/').slice(0, -1);
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  });
  return [...new Set(folders)].sort();
}

/**
 * Writes a tar stream that came out of a box below `to`. Only regular files with one of the expected names, each once, together at most
 * `maxBytes`; anything else is refused with `PathOutsideRepository` or `ResultTooLarge`, whatever the archive says.
 */
export async function unpackExpected(
  archive: Readable,
  expected: ReadonlySet<string>,
  to: string,
  maxBytes: number,
): Promise<{ names: Set<string>; bytes: number }> {
  const entries = extract();
  const done = new Set<string>();
  let left = maxBytes;
  const feeding = pipeline(archive, entries);
  // Awaited below; this only keeps an early refusal from being reported twice.
  feeding.catch(() => undefined);
  for await (const entry of entries) {
    const { name, type, size, mode } = entry.header;
    if (!expected.has(name) || done.has(name)) throw failure('PathOutsideRepository', `${JSON.stringify(name)}: not asked for`);
    if (type !== 'file') throw failure('PathOutsideRepository', `${name}: a ${type}, not a regular file inside the workspace`);
    left -= size ?? 0;
    if (left < 0) throw failure('ResultTooLarge', `${name}: the files taken out of the sandbox are above ${maxBytes} bytes in all`);
    const target = join(to, name);
    await mkdir(dirname(target), { recursive: true });
    await pipeline(entry, createWriteStream(target, { mode: ((mode ?? 0) & 0o111) === 0 ? 0o644 : 0o755 }));
    done.add(name);
  }
  await feeding;
  return { names: done, bytes: maxBytes - left };
}
