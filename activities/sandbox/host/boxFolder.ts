import { randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BoxRequest } from '../box.ts';
import { type HostKind, dependenciesFolder } from './snapshots.ts';
import { copyTree, removeTree } from './trees.ts';

/** Folders of one box on this machine. */
export type BoxFolder = { id: string; root: string; workspace: string; home: string; tmp: string };

/** Makes `home/boxes/<id>` with a copy of the workspace and the dependencies over it. The owner is written first, so that a reaper can always tell. */
export async function makeBoxFolder(home: string, kind: HostKind, request: BoxRequest): Promise<BoxFolder> {
  const id = randomUUID();
  const root = join(home, 'boxes', id);
  const folder = { id, root, workspace: join(root, 'workspace'), home: join(root, 'home'), tmp: join(root, 'tmp') };
  await mkdir(root, { recursive: true, mode: 0o700 });
  await writeFile(join(root, 'owner'), `${kind}\n${request.owner}\n`);
  try {
    for (const path of [folder.workspace, folder.home, folder.tmp]) await mkdir(path);
    await copyTree(request.workspace, folder.workspace, request.signal);
    if (request.dependencies) {
      await copyTree(dependenciesFolder(home, kind, request.dependencies.key), folder.workspace, request.signal);
    }
    return folder;
  } catch (error) {
    await removeTree(root);
    throw error;
  }
}

/** Boxes of one kind on this machine with their owners. */
export async function listBoxes(home: string, kind: HostKind): Promise<{ id: string; root: string; owner: string }[]> {
  const boxes = join(home, 'boxes');
  const ids = await readdir(boxes).catch(() => []);
  const found = await Promise.all(
    ids.map(async (id) => {
      const root = join(boxes, id);
      const [kindThere, owner = ''] = (await readFile(join(root, 'owner'), 'utf8').catch(() => '')).split('\n');
      return kindThere === kind ? { id, root, owner } : undefined;
    }),
  );
  return found.filter((box) => box !== undefined);
}
