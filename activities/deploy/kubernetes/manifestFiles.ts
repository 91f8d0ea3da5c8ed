import { readFile, readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import picomatch from 'picomatch';
import { failure } from '../../../schemas/failures.ts';
import type { ManifestText } from './readManifests.ts';

const mostFiles = 500;

/** The manifest files of a checked-out commit that files, folders or globs name, sorted; `InvalidConfiguration` for a wish without any. */
export async function manifestFiles(folder: string, directory: string, wishes: readonly string[]): Promise<ManifestText[]> {
  const entries = await readdir(join(folder, directory), { recursive: true, withFileTypes: true }).catch(() => []);
  // Only files: a link may lead anywhere.
  const all = entries
    .filter((entry) => entry.isFile())
    .map((entry) => posix.join(entry.parentPath, entry.name).slice(join(folder, directory).length).replace(/^\/+/, ''));
  const found = new Set<string>();
  for (const wish of wishes) {
    const plain = posix.normalize(wish).replace(/^\.?\/+|\/+$/g, '');
    const matches = picomatch([plain, `${plain === '.' || plain === '' ? '' : `${plain}/`}**/*.{yaml,yml,json}`]);
    const matching = all.filter((path) => matches(path));
    if (matching.length === 0)
      throw failure(
        'InvalidConfiguration',
        `with.manifests: ${wish} names no file of the commit; name files, folders or globs with manifests`,
      );
    for (const path of matching) found.add(path);
  }
  if (found.size > mostFiles)
    throw failure('InvalidConfiguration', `with.manifests: ${found.size} files are more than a deploy takes (${mostFiles})`);
  return await Promise.all(
    [...found]
      .sort()
      .map(async (path) => ({ path: posix.join(directory, path), text: await readFile(join(folder, directory, path), 'utf8') })),
  );
}
