import type { FileTree } from '../../repository/tree.ts';

/** The folder that holds a Python project's modules, relative to it: `src`, or the one package beside the tests. Undefined when that is not clear. */
export async function pythonSources(tree: FileTree, directory: string): Promise<string | undefined> {
  const below = directory === '' ? '' : `${directory}/`;
  const modules = (await tree.list())
    .filter((path) => path.startsWith(below) && path.endsWith('.py'))
    .map((path) => path.slice(below.length));
  if (modules.some((path) => path.startsWith('src/'))) return 'src';
  const packages = modules
    .flatMap((path) => /^([^/]+)\/__init__\.py$/.exec(path)?.[1] ?? [])
    .filter((name) => !/^(?:tests?|testing|docs?|examples?)$/.test(name));
  return packages.length === 1 ? packages[0] : undefined;
}
