import { z } from 'zod';
import type { NodePackage } from '../../../repository/project.ts';
import type { FileTree } from '../../../repository/tree.ts';
import { depsFolder, inside, type InstallStep } from './step.ts';

type Question = { root: NodePackage; tree: FileTree; lock: string | undefined };

const Manifest = z.object({ packageManager: z.string().regex(/^(?:pnpm|yarn|bun)@\d+\.\d+\.\d+[\w.-]*(?:\+[\w.]+)?$/) });

/** The step that puts the repository's package manager beside the dependencies, where later stages find it without network. Undefined for npm. */
export async function managerTool({ root, tree, lock }: Question): Promise<{ step: InstallStep; berry: boolean } | undefined> {
  if (root.manager === 'npm') return undefined;
  const version = (await pinned(root, tree)) ?? byLock[root.manager](lock ?? '');
  const berry = root.manager === 'yarn' && !version.startsWith('1');
  const name = berry ? '@yarnpkg/cli-dist' : root.manager;
  const step: InstallStep = {
    name: `install ${root.manager} ${version}`,
    directory: '',
    // Bun's package fetches its program by its own script; the others need none.
    command: `npm install --prefix ${depsFolder}/tools --no-save --no-audit --no-fund --loglevel=error${root.manager === 'bun' ? '' : ' --ignore-scripts'} ${name}@${version}`,
    env: {},
    files: { [`${depsFolder}/tools/package.json`]: '{"private":true}\n' },
    inputs: {},
    keep: [depsFolder],
    notices: [],
  };
  return { step, berry };
}

async function pinned(root: NodePackage, tree: FileTree): Promise<string | undefined> {
  const text = await tree.read(inside(root.directory, 'package.json'));
  try {
    const found = Manifest.safeParse(JSON.parse(text ?? '{}'));
    const [manager, version] = found.success ? found.data.packageManager.split('@') : [];
    return manager === root.manager ? version?.split('+')[0] : undefined;
  } catch {
    return undefined;
  }
}

/** The newest major version that reads and writes the lock file's format. */
const byLock: Record<Exclude<NodePackage['manager'], 'npm'>, (lock: string) => string> = {
  pnpm(lock) {
    const format = /^lockfileVersion:\s*'?(\d+)/m.exec(lock)?.[1];
    return format === '5' ? '7' : format === '6' ? '8' : '10';
  },
  yarn(lock) {
    const format = Number(/__metadata:\s*\n\s*version:\s*(\d+)/.exec(lock)?.[1] ?? 0);
    return format === 0 ? '1' : format < 8 ? '3' : '4';
  },
  bun: () => '1',
};
