import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { pack, type Pack } from 'tar-stream';
import { readDockerignore } from './ignore.ts';

export type ContextRequest = {
  /** Folder of the host whose files are sent. */
  folder: string;
  /** Folder whose files are laid over; may be missing. */
  overlay: string;
  /** Path of the Dockerfile inside the folder. */
  dockerfile: string;
};

/** The build context as a tar stream: what .dockerignore leaves, always with the Dockerfile. Owners and times are the same for everyone. */
export async function imageContext({ folder, overlay, dockerfile }: ContextRequest): Promise<{ stream: Readable; files: number }> {
  const ignored = readDockerignore(
    (await textOf(join(folder, `${dockerfile}.dockerignore`))) ?? (await textOf(join(folder, '.dockerignore'))) ?? '',
  );
  const files = new Map([...(await filesOf(folder)), ...(await filesOf(overlay))]);
  for (const path of files.keys()) if (ignored(path) && path !== dockerfile && path !== '.dockerignore') files.delete(path);
  const tar = pack();
  fill(tar, files).catch((error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))));
  return { stream: Readable.from(tar, { objectMode: false }), files: files.size };
}

async function fill(tar: Pack, files: Map<string, string>): Promise<void> {
  for (const [name, path] of files) {
    const stat = await lstat(path);
    const header = { name, mode: stat.mode, mtime: new Date(0), uid: 0, gid: 0 };
    if (stat.isSymbolicLink()) tar.entry({ ...header, type: 'symlink', linkname: await readlink(path) });
    else await pipeline(createReadStream(path), tar.entry({ ...header, size: stat.size }));
  }
  tar.finalize();
}

async function filesOf(folder: string): Promise<[string, string][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path): [string, string] => [relative(folder, path).split(sep).join('/'), path])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
