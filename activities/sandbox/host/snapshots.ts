import { randomUUID } from 'node:crypto';
import { lstat, mkdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { failure } from '../../../schemas/failures.ts';
import { inWorkspace } from './files.ts';
import { removeTree } from './trees.ts';

/** Drivers whose boxes are folders of this machine. */
export type HostKind = 'process' | 'bubblewrap';

/** Where a driver of this machine keeps dependencies: a folder whose content is laid over a workspace. */
export function dependenciesFolder(home: string, kind: HostKind, key: string): string {
  if (!/^[\w.-]+$/.test(key))
    throw failure('InvalidInput', `${JSON.stringify(key)} is no dependency key: letters, digits, '.', '_' and '-'`);
  return join(home, 'dependencies', kind, key);
}

/** True when the dependencies are there, whole. */
export async function hasFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Copies paths of a workspace to the folder, which appears at once and whole or not at all. */
export async function keepFolder(workspace: string, paths: readonly string[], folder: string): Promise<void> {
  if (await hasFolder(folder)) return;
  const growing = `${folder}.${randomUUID()}`;
  await mkdir(growing, { recursive: true });
  try {
    for (const path of paths.map(inWorkspace)) {
      const from = join(workspace, path);
      if (!(await lstat(from).catch(() => undefined))) continue;
      await mkdir(dirname(join(growing, path)), { recursive: true });
      await execa('cp', ['-a', ...(process.platform === 'linux' ? ['--reflink=auto'] : []), from, join(growing, path)]);
    }
    await rename(growing, folder);
  } catch (error) {
    await removeTree(growing);
    // Another process kept the same meanwhile; its content is as good.
    if (!(await hasFolder(folder))) throw failure('SandboxFailed', 'the dependencies could not be kept', undefined, error);
  }
}
