import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import type { FileTree } from '../../repository/tree.ts';
import type { Workbench } from '../lib/workbench.ts';
import type { SecurityFinding } from './finding.ts';
import type { Side } from './scan.ts';

/** The commit itself. */
export function headSide(bench: Workbench, scratch: string): Side {
  return {
    which: 'head',
    tree: bench.tree,
    commit: bench.tree,
    whole: bench.tree,
    folder: () => Promise.resolve(bench.workspace),
    scratch,
    signal: bench.signal,
    log: (line) => bench.log(line),
    notice: (text) => bench.notice(text),
    box: () => bench.box(),
  };
}

/**
 * The base, cut down to what can tell old findings from new: files with findings in the commit, and files that the commit removed
 * (they may have moved). A finding without a path needs all.
 */
export async function baseSide(head: Side, baseTree: FileTree, findings: readonly SecurityFinding[]): Promise<Side> {
  const paths = new Set(findings.map(({ path }) => path));
  const kept = new Set(await head.tree.list());
  const all = await baseTree.list();
  const tree = paths.has(undefined)
    ? baseTree
    : only(
        baseTree,
        all.filter((path) => paths.has(path) || !kept.has(path)),
      );
  let folder: Promise<string> | undefined;
  return { ...head, which: 'base', tree, whole: baseTree, folder: () => (folder ??= writeOut(tree, join(head.scratch, 'base'))) };
}

function only(tree: FileTree, paths: readonly string[]): FileTree {
  return {
    list: () => Promise.resolve(paths),
    read: (path, maxBytes) => (paths.includes(path) ? tree.read(path, maxBytes) : Promise.resolve(undefined)),
  };
}

async function writeOut(tree: FileTree, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const path of await tree.list()) {
    const text = isInside(path) ? await tree.read(path) : undefined;
    if (text === undefined) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

function isInside(path: string): boolean {
  return normalize(path) === path && !path.startsWith('../') && !path.startsWith('/');
}
