import { parse } from 'yaml';
import { z } from 'zod';
import type { FileTree } from '../tree.ts';
import { inFolder } from './folders.ts';

const Packages = z.object({ packages: z.array(z.string()) });

/** Globs of a workspace's members, of npm, Yarn and Bun (`workspaces`), pnpm or Lerna; empty when the folder is no workspace root. */
export async function workspaceGlobs(tree: FileTree, directory: string, own: readonly string[] | undefined): Promise<string[]> {
  const globs =
    own ??
    (await packagesIn(tree, inFolder(directory, 'pnpm-workspace.yaml'))) ??
    (await packagesIn(tree, inFolder(directory, 'lerna.json'))) ??
    [];
  return globs
    .map((glob) => glob.replace(/^(!?)\.?\//, '$1').replace(/\/+$/, ''))
    .filter((glob) => glob !== '' && glob !== '.' && isGlob(glob));
}

async function packagesIn(tree: FileTree, path: string): Promise<string[] | undefined> {
  const text = await tree.read(path);
  if (text === undefined) return undefined;
  try {
    return Packages.safeParse(parse(text, { logLevel: 'silent' })).data?.packages;
  } catch {
    // Not YAML: the package manager itself will say so in its own words.
    return undefined;
  }
}

function isGlob(glob: string): boolean {
  return glob.length <= 200 && !/\.\.(?:\/|$)|\\/.test(glob) && (glob.match(/[{[]/g) ?? []).length === (glob.match(/[}\]]/g) ?? []).length;
}
