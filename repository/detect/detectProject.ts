import type { Project } from '../project.ts';
import type { FileTree } from '../tree.ts';
import { detectGo } from './go.ts';
import { fileOf, listingOf, relevantPaths } from './folders.ts';
import { detectNode } from './node.ts';
import { detectPython, isPythonManifest } from './python.ts';
import { detectRust } from './rust.ts';

const manifests = ['package.json', 'go.mod', 'Cargo.toml'];

/** Looks at a commit's files and tells its packages (in order of their folders) and Dockerfiles. Reads only manifests; runs nothing. */
export async function detectProject(tree: FileTree): Promise<Project> {
  const paths = relevantPaths(
    await tree.list(),
    (path) => manifests.includes(fileOf(path)) || isPythonManifest(path) || isDockerfile(path),
  );
  const files = listingOf(paths);
  const found = [
    await detectNode(tree, files),
    await detectPython(tree, files),
    await detectGo(tree, files),
    await detectRust(tree, files),
  ];
  return {
    packages: found.flat().sort((a, b) => (a.directory < b.directory ? -1 : a.directory > b.directory ? 1 : 0)),
    dockerfiles: paths.filter(isDockerfile),
  };
}

function isDockerfile(path: string): boolean {
  const file = fileOf(path);
  return /^(?:Dockerfile|Containerfile)(?:\.[\w-]+)?$|\.[Dd]ockerfile$/.test(file) && !file.endsWith('.dockerignore');
}
