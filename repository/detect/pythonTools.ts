import type { PythonPackage } from '../project.ts';
import type { FileTree } from '../tree.ts';
import { fileOf, inFolder, type Listing } from './folders.ts';
import { readIni } from './ini.ts';
import { preCommitTools } from './preCommit.ts';
import type { Pyproject } from './pyproject.ts';

const tables = [
  'pytest',
  'ruff',
  'pylint',
  'flake8',
  'mypy',
  'black',
  'isort',
  'coverage',
  'tox',
  'hatch',
  'pyright',
  'basedpyright',
  'bandit',
  'setuptools_scm',
];
const files: [string, string[]][] = [
  ['pytest', ['pytest.ini', '.pytest.ini', 'pytest.toml']],
  ['ruff', ['ruff.toml', '.ruff.toml']],
  ['pylint', ['.pylintrc', 'pylintrc', '.pylintrc.toml', 'pylintrc.toml']],
  ['flake8', ['.flake8']],
  ['mypy', ['mypy.ini', '.mypy.ini']],
  ['coverage', ['.coveragerc']],
  ['tox', ['tox.ini', 'tox.toml']],
  ['nox', ['noxfile.py']],
];
const sectionNames: [string, RegExp][] = [
  ['pytest', /^(?:tool:)?pytest$/],
  ['flake8', /^flake8$/],
  ['pylint', /^pylint\b|^MASTER$|^MAIN$/i],
  ['mypy', /^mypy$/],
  ['coverage', /^coverage:/],
  ['isort', /^isort$/],
];
const testFile = /^(?:test_.*|.*_test|tests?)\.py$/;

type Where = {
  tree: FileTree;
  files: Listing;
  directory: string;
  manifest: Pyproject | undefined;
  setupCfg: ReturnType<typeof readIni>;
};

/** Tools that a Python package configures in pyproject.toml, setup.cfg, tox.ini, files of their own, or for pre-commit. */
export async function pythonTools({
  tree,
  files: listing,
  directory,
  manifest,
  setupCfg,
}: Where): Promise<Pick<PythonPackage, 'tools' | 'toolVersions'>> {
  const { paths, present } = listing;
  const toxIni = readIni((await tree.read(inFolder(directory, 'tox.ini'))) ?? '');
  const sections = [...setupCfg.keys(), ...toxIni.keys()];
  const hooks = await preCommitTools(tree, present, directory);
  const tools = [
    ...tables.filter((tool) => Object.hasOwn(manifest?.tool ?? {}, tool)),
    ...files.filter(([, names]) => names.some((name) => present.has(inFolder(directory, name)))).map(([tool]) => tool),
    ...sectionNames.filter(([, pattern]) => sections.some((section) => pattern.test(section))).map(([tool]) => tool),
    ...Object.keys(hooks),
    ...(await testTools(tree, paths, directory)),
  ];
  const versions = Object.entries(hooks).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { tools: [...new Set(tools)], toolVersions: Object.fromEntries(versions) };
}

/** `pytest` or `unittest` when the test files themselves say so; a look at the first few is enough. */
async function testTools(tree: FileTree, paths: readonly string[], directory: string): Promise<string[]> {
  const below = directory === '' ? '' : `${directory}/`;
  const own = paths.filter((path) => path.startsWith(below));
  if (own.some((path) => fileOf(path) === 'conftest.py')) return ['pytest'];
  for (const path of own.filter((path) => testFile.test(fileOf(path))).slice(0, 5)) {
    const text = (await tree.read(path, 256 * 1024)) ?? '';
    if (/^[ \t]*(?:import|from)[ \t]+pytest\b/m.test(text) || /^(?:async )?def test_/m.test(text)) return ['pytest'];
    if (/\bunittest\b/.test(text) || /^class \w+\(.*TestCase\)/m.test(text)) return ['unittest'];
  }
  return [];
}
