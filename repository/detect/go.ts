import type { GoModule } from '../project.ts';
import type { FileTree } from '../tree.ts';
import { fileOf, inFolder, packageFolders, type Listing } from './folders.ts';

/** The Go modules, each with the path that its go.mod declares. */
export async function detectGo(tree: FileTree, files: Listing): Promise<GoModule[]> {
  const modules: GoModule[] = [];
  for (const directory of packageFolders(files, (path) => fileOf(path) === 'go.mod')) {
    const name = /^module\s+"?([^\s"]+)/m.exec((await tree.read(inFolder(directory, 'go.mod'))) ?? '')?.[1];
    if (name !== undefined) modules.push({ language: 'go', directory, name });
  }
  return modules;
}
