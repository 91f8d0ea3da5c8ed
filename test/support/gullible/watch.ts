import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Path to mode and content of everything below the folders; a path that is a file stands for itself. What cannot be read is named so. */
export async function lookAt(places: readonly string[], leftOut: (path: string) => boolean = () => false): Promise<Record<string, string>> {
  const seen: Record<string, string> = {};
  async function visit(path: string): Promise<void> {
    if (leftOut(path)) return;
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined) return void (seen[path] = 'absent');
    if (found.isDirectory()) {
      seen[path] = 'folder';
      for (const name of await readdir(path).catch(() => [])) await visit(join(path, name));
    } else if (found.isSymbolicLink()) seen[path] = `link to ${await readlink(path)}`;
    else if (found.isFile()) seen[path] = `${found.mode.toString(8)} ${await hashOf(path)}`;
  }
  for (const place of places) await visit(place);
  return seen;
}

async function hashOf(path: string): Promise<string> {
  const content = await readFile(path).catch(() => undefined);
  return content === undefined ? 'unreadable' : createHash('sha256').update(content).digest('hex');
}

/** Processes of this machine whose command holds a word. */
export async function processesWith(word: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map(async (id) => await readFile(`/proc/${id}/cmdline`, 'latin1').catch(() => '')));
  return lines.filter((line) => line.includes(word)).map((line) => line.replaceAll('\0', ' '));
}
