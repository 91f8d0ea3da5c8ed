import type { NodePackage } from '../project.ts';
import { inFolder, type Listing } from './folders.ts';
import type { NodeManifest } from './node.ts';

type Manager = NodePackage['manager'];

/** npm first: where several lock files are committed, npm is the one that is always there. */
const lockFiles: [string, Manager][] = [
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
];

type Question = { files: Listing; directory: string; manifest: NodeManifest; root?: string; rootManifest?: NodeManifest };

/** Package manager by the `packageManager` field, else by the lock file, of the package itself or of its workspace's root; else npm. */
export function lockAndManager({ files, directory, manifest, root, rootManifest }: Question): Pick<NodePackage, 'manager' | 'lockFile'> {
  const { present } = files;
  const locks = [directory, root]
    .filter((folder) => folder !== undefined)
    .flatMap((folder) => lockFiles.map(([file, manager]) => ({ path: inFolder(folder, file), manager })))
    .filter(({ path }) => present.has(path));
  const named = managerNamed(manifest) ?? (rootManifest && managerNamed(rootManifest));
  const lock = locks.find(({ manager }) => named === undefined || manager === named) ?? undefined;
  const pnpmRoot = present.has(inFolder(root ?? directory, 'pnpm-workspace.yaml'));
  return { manager: named ?? lock?.manager ?? (pnpmRoot ? 'pnpm' : 'npm'), lockFile: lock?.path };
}

function managerNamed({ packageManager, devEngines }: NodeManifest): Manager | undefined {
  const name = packageManager?.split('@')[0] ?? devEngines?.packageManager.name;
  return (['npm', 'pnpm', 'yarn', 'bun'] as const).find((manager) => manager === name);
}
