import { posix } from 'node:path';
import { z } from 'zod';
import type { FileTree } from '../../../repository/tree.ts';

const Lock = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional().catch(undefined), license: z.unknown().optional() }).catch({ license: undefined })),
}); // prettier-ignore
const mostBytes = 32 * 2 ** 20;

export type Locked = { version?: string; licence?: unknown };

/** What the package-lock.json (version 2 or 3) that governs a manifest says about a package; undefined when there is none. */
export async function lockedPackage(
  tree: FileTree,
  manifest: string,
  name: string,
  cache: Map<string, unknown>,
): Promise<Locked | undefined> {
  const folder = posix.dirname(manifest) === '.' ? '' : posix.dirname(manifest);
  const parts = folder === '' ? [] : folder.split('/');
  for (let above = parts.length; above >= 0; above--) {
    const root = parts.slice(0, above).join('/');
    const packages = await readLock(tree, posix.join(root, 'package-lock.json'), cache);
    if (packages === undefined) continue;
    const below = parts.slice(above).join('/');
    const found = packages[posix.join(below, 'node_modules', name)] ?? packages[`node_modules/${name}`];
    if (found !== undefined) return { version: found.version, licence: found.license };
  }
  return undefined;
}

async function readLock(tree: FileTree, path: string, cache: Map<string, unknown>) {
  if (!cache.has(path)) cache.set(path, parsed(await tree.read(path, mostBytes)));
  return cache.get(path) as z.infer<typeof Lock>['packages'] | undefined;
}

function parsed(text: string | undefined): z.infer<typeof Lock>['packages'] | undefined {
  if (text === undefined) return undefined;
  try {
    return Lock.safeParse(JSON.parse(text)).data?.packages;
  } catch {
    return undefined;
  }
}
