import type { GoModule } from '../project.ts';
import type { FileTree } from '../tree.ts';
import { fileOf, folderOf } from './folders.ts';

/** The Go modules, each with the path that its go.mod declares. */
export async function detectGo(tree: FileTree, paths: readonly string[]): Promise<GoModule[]> {
  const modules: GoModule[] = [];
  for (const path of paths.filter((path) => fileOf(path) === 'go.mod')) {
    const name = /^module\s+"?([^\s"]+)/m.exec((await tree.read(path)) ?? '')?.[1];
    if (name !== undefined) modules.push({ language: 'go', directory: folderOf(path), name });
  }
  return modules;
}
