import { z } from 'zod';
import type { RustCrate } from '../project.ts';
import type { FileTree } from '../tree.ts';
import { fileOf, folderOf, inFolder } from './folders.ts';
import { readManifest } from './manifest.ts';

const Cargo = z.object({
  package: z
    .object({ name: z.string(), version: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
  workspace: z.object({}).optional().catch(undefined),
});

/** The crates; a workspace is one, since cargo works on its members together. */
export async function detectRust(tree: FileTree, paths: readonly string[]): Promise<RustCrate[]> {
  const present = new Set(paths);
  const crates: RustCrate[] = [];
  const workspaces: string[] = [];
  const files = paths.filter((path) => fileOf(path) === 'Cargo.toml').sort((a, b) => a.length - b.length);
  for (const path of files) {
    const directory = folderOf(path);
    const cargo = await readManifest(tree, path, Cargo);
    if (cargo === undefined || workspaces.some((root) => root === '' || directory.startsWith(`${root}/`))) continue;
    if (cargo.workspace !== undefined) workspaces.push(directory);
    if (cargo.package === undefined && cargo.workspace === undefined) continue;
    const lockFile = inFolder(directory, 'Cargo.lock');
    crates.push({
      language: 'rust',
      directory,
      name: cargo.package?.name,
      version: cargo.package?.version,
      lockFile: present.has(lockFile) ? lockFile : undefined,
    });
  }
  return crates;
}
