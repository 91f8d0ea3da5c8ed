import type { PythonPackage } from '../project.ts';
import type { FileTree } from '../tree.ts';
import { fileOf, folderOf, inFolder, packageFolders, upwards, type Listing } from './folders.ts';
import { readManifest } from './manifest.ts';
import { Pyproject } from './pyproject.ts';
import { declaredRequirements } from './pythonRequirements.ts';
import { pythonTools } from './pythonTools.ts';
import { requirementNames } from './requirement.ts';
import { readIni } from './ini.ts';

const requirementFile = /^(?:requirements[\w.-]*|[\w.]+[-_]requirements)\.(?:txt|in)$/;

/** The files that make a folder a Python package. */
export function isPythonManifest(path: string): boolean {
  return ['pyproject.toml', 'setup.py', 'setup.cfg', 'Pipfile'].includes(fileOf(path)) || isRequirements(path);
}

function isRequirements(path: string): boolean {
  const listed = requirementFile.test(fileOf(path)) || /(?:^|\/)requirements\/[\w.-]+\.txt$/.test(path);
  return listed && path.endsWith('.txt') && !/(?:^|[/_.-])docs?(?:[/_.-]|$)/.test(path);
}

/** The folder that a requirements file speaks for: `requirements/dev.txt` for the one above. */
function ownerOf(path: string): string {
  const folder = folderOf(path);
  return isRequirements(path) && fileOf(folder) === 'requirements' ? folderOf(folder) : folder;
}

/** The Python packages of a repository. A folder with only tool settings counts when there are Python files. */
export async function detectPython(tree: FileTree, files: Listing): Promise<PythonPackage[]> {
  const folders = packageFolders(files, isPythonManifest, ownerOf);
  const packages = await Promise.all(folders.map((directory) => readPackage(tree, files, directory)));
  return packages.filter((pkg) => pkg !== undefined);
}

async function readPackage(tree: FileTree, files: Listing, directory: string): Promise<PythonPackage | undefined> {
  const { paths, present } = files;
  const has = (name: string) => present.has(inFolder(directory, name));
  const below = directory === '' ? '' : `${directory}/`;
  const manifest = has('pyproject.toml') ? await readManifest(tree, inFolder(directory, 'pyproject.toml'), Pyproject) : undefined;
  const setupCfg = readIni((await tree.read(inFolder(directory, 'setup.cfg'))) ?? '');
  const requirements = paths.filter((path) => isRequirements(path) && ownerOf(path) === directory);
  const declared = await declaredRequirements({ tree, directory, manifest, setupCfg, requirements, present });

  const metadata = setupCfg.get('metadata');
  const isPackage =
    manifest?.project !== undefined || manifest?.tool.poetry !== undefined || manifest?.['build-system'] !== undefined || has('setup.py');
  const hasCode = paths.some((path) => path.startsWith(below) && path.endsWith('.py'));
  if (!isPackage && metadata === undefined && !hasCode) return undefined;

  const { dependencies, ...rest } = declared;
  return {
    language: 'python',
    directory,
    name: manifest?.project?.name ?? manifest?.tool.poetry?.name ?? metadata?.get('name')?.[0],
    version: manifest?.project?.version ?? manifest?.tool.poetry?.version ?? metadata?.get('version')?.[0],
    ...managerAndLock(present, directory, manifest),
    installable: isInstallable(manifest, has('setup.py'), metadata !== undefined),
    buildRequires: manifest?.['build-system']?.requires ?? (has('setup.py') || metadata ? ['setuptools', 'wheel'] : []),
    dependencies: requirementNames(dependencies),
    ...rest,
    ...(await pythonTools({ tree, files, directory, manifest, setupCfg })),
  };
}

function isInstallable(manifest: Pyproject | undefined, setupPy: boolean, setupCfg: boolean): boolean {
  if (manifest?.tool.poetry?.['package-mode'] === false) return false;
  return manifest?.['build-system'] !== undefined || setupPy || setupCfg;
}

const locks = [
  ['uv.lock', 'uv'],
  ['poetry.lock', 'poetry'],
  ['pdm.lock', 'pdm'],
  ['pylock.toml', 'pip'],
  ['Pipfile.lock', 'pip'],
] as const;

/** By lock file, of the folder or (for a member of a uv workspace) above; else by the tool's own table. */
function managerAndLock(
  present: ReadonlySet<string>,
  directory: string,
  manifest: Pyproject | undefined,
): Pick<PythonPackage, 'manager' | 'lockFile'> {
  for (const [file, manager] of locks) {
    const folder = (manager === 'uv' ? upwards(directory) : [directory]).find((folder) => present.has(inFolder(folder, file)));
    if (folder !== undefined) return { manager, lockFile: inFolder(folder, file) };
  }
  const { poetry, pdm, hatch, uv } = manifest?.tool ?? {};
  return { manager: poetry ? 'poetry' : pdm ? 'pdm' : uv ? 'uv' : Object.keys(hatch?.envs ?? {}).length > 0 ? 'hatch' : 'pip' };
}
