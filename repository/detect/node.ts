import { z } from 'zod';
import type { NodePackage } from '../project.ts';
import type { FileTree } from '../tree.ts';
import { fileOf, inFolder, packageFolders, type Listing } from './folders.ts';
import { readManifest } from './manifest.ts';
import { lockAndManager } from './nodeManager.ts';
import { nodeTools } from './nodeTools.ts';
import { workspaceGlobs } from './workspaces.ts';
import { anyPathMatches } from '../glob.ts';

const texts = z.record(z.string(), z.unknown()).transform(onlyTexts).catch({});
const text = z.string().optional().catch(undefined);

/** The fields of package.json that are looked at; whatever has another shape than npm's is passed over. */
const Manifest = z.looseObject({
  name: text,
  version: text,
  private: z.boolean().catch(false),
  packageManager: text,
  devEngines: z
    .object({ packageManager: z.object({ name: z.string() }) })
    .optional()
    .catch(undefined),
  scripts: texts,
  dependencies: texts,
  devDependencies: texts,
  peerDependencies: texts,
  optionalDependencies: texts,
  workspaces: z
    .union([z.array(z.string()), z.object({ packages: z.array(z.string()) }).transform(({ packages }) => packages)])
    .optional()
    .catch(undefined),
});
export type NodeManifest = z.infer<typeof Manifest>;

/** The packages of Node, with what a workspace root lends to its members (lock file, package manager). */
export async function detectNode(tree: FileTree, files: Listing): Promise<NodePackage[]> {
  const manifests = new Map<string, NodeManifest>();
  for (const directory of packageFolders(files, (path) => fileOf(path) === 'package.json')) {
    const path = inFolder(directory, 'package.json');
    const manifest = await readManifest(tree, path, Manifest);
    if (manifest !== undefined && (path === 'package.json' || saysSomething(manifest))) manifests.set(directory, manifest);
  }
  const members = new Map<string, string[]>();
  for (const [directory, manifest] of manifests) {
    const globs = await workspaceGlobs(tree, directory, manifest.workspaces);
    members.set(directory, globs.length === 0 ? [] : membersOf(directory, globs, [...manifests.keys()]));
  }
  return [...manifests].map(([directory, manifest]): NodePackage => {
    const root = [...members].find(([, folders]) => folders.includes(directory))?.[0];
    return {
      language: 'node',
      directory,
      name: manifest.name,
      version: manifest.version,
      ...lockAndManager({ files, directory, manifest, root, rootManifest: root === undefined ? undefined : manifests.get(root) }),
      scripts: manifest.scripts,
      dependencies: {
        ...manifest.peerDependencies,
        ...manifest.optionalDependencies,
        ...manifest.devDependencies,
        ...manifest.dependencies,
      },
      private: manifest.private,
      members: members.get(directory) ?? [],
      tools: nodeTools(files.names(directory), manifest),
    };
  });
}

/** A nested package.json often only sets `"type"`. */
function saysSomething({ name, scripts, dependencies, devDependencies }: NodeManifest): boolean {
  return name !== undefined || [scripts, dependencies, devDependencies].some((map) => Object.keys(map).length > 0);
}

function membersOf(root: string, globs: readonly string[], folders: readonly string[]): string[] {
  const below = root === '' ? '' : `${root}/`;
  return folders.filter((folder) => folder !== root && folder.startsWith(below) && anyPathMatches(globs, [folder.slice(below.length)]));
}

function onlyTexts(map: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(map).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
