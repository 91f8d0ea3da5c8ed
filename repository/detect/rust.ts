import { z } from 'zod';
import type { RustCrate } from '../project.ts';
import type { FileTree } from '../tree.ts';
import { fileOf, inFolder, packageFolders, type Listing } from './folders.ts';
import { readManifest } from './manifest.ts';

const Cargo = z.object({
  package: z
    .object({ name: z.string(), version: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
  workspace: z.object({}).optional().catch(undefined),
});

/** The crates; a workspace is one, since cargo works on its members together. */
export async function detectRust(tree: FileTree, files: Listing): Promise<RustCrate[]> {
  const crates: RustCrate[] = [];
  const workspaces: string[] = [];
  const folders = packageFolders(files, (path) => fileOf(path) === 'Cargo.toml').sort((a, b) => a.length - b.length);
  for (const directory of folders) {
    const cargo = await readManifest(tree, inFolder(directory, 'Cargo.toml'), Cargo);
    if (cargo === undefined || workspaces.some((root) => root === '' || directory.startsWith(`${root}/`))) continue;
    if (cargo.workspace !== undefined) workspaces.push(directory);
    if (cargo.package === undefined && cargo.workspace === undefined) continue;
    const lockFile = inFolder(directory, 'Cargo.lock');
    crates.push({
      language: 'rust',
      directory,
      name: cargo.package?.name,
      version: cargo.package?.version,
      lockFile: files.present.has(lockFile) ? lockFile : undefined,
    });
  }
  return crates;
}
