import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import picomatch from 'picomatch';
import { failure } from '../../../schemas/failures.ts';

// A hostile command can leave a million files; nobody asks for that many.
const mostEntries = 500_000;
const leftOut = new Set(['node_modules', '.venv']);

/** Regular files below `root` that match, as sorted relative paths; links are not followed, `node_modules` and `.venv` are left out. */
export async function walkFiles(root: string, globs: readonly string[]): Promise<string[]> {
  const matches = picomatch([...globs], { dot: true });
  const found: string[] = [];
  const folders = [''];
  let seen = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    seen += entries.length;
    if (seen > mostEntries) throw failure('ResultTooLarge', `more than ${mostEntries} files in the sandbox's workspace`);
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !leftOut.has(entry.name)) folders.push(path);
      else if (entry.isFile() && matches(path)) found.push(path);
    }
  }
  return found.sort();
}
