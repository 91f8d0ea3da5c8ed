import { buildTargets, lintTools, testRunner } from '../../../repository/tools.ts';
import type { Project, PythonPackage } from '../../../repository/project.ts';
import type { FileTree } from '../../../repository/tree.ts';
import { constraintsOfLock } from './lockConstraints.ts';
import { requirementsOf } from './pythonRequirements.ts';
import { nameOf } from './requirementName.ts';
import { depsFolder, type InstallStep } from './step.ts';

const largestLock = 64 * 2 ** 20;

/** One `.venv` at the workspace's root with what all Python packages, their tests, linters and builds require; never the project itself. */
export async function pythonSteps(project: Project, tree: FileTree, trusted: boolean): Promise<InstallStep[]> {
  const packages = project.packages.filter((pkg): pkg is PythonPackage => pkg.language === 'python');
  if (packages.length === 0) return [];
  const own = new Set(packages.flatMap((pkg) => (pkg.name === undefined ? [] : [nameOf(pkg.name)])));
  const wanted = new Map<string, string[]>();
  const constraints: string[] = [];
  for (const pkg of packages) {
    for (const line of [...(await requirementsOf(pkg, tree)), ...tools(project, pkg)]) {
      const name = nameOf(line);
      if (!own.has(name)) wanted.set(name, [...(wanted.get(name) ?? []), line]);
    }
    const lock = pkg.lockFile === undefined ? undefined : await tree.read(pkg.lockFile, largestLock);
    if (lock !== undefined) constraints.push(...constraintsOfLock(lock));
  }
  const lines = [...wanted.values()].flatMap(distinct);
  const files = {
    [`${depsFolder}/requirements.txt`]: `${lines.join('\n')}\n`,
    [`${depsFolder}/constraints.txt`]: `${distinct(constraints).join('\n')}\n`,
  };
  const install = `.venv/bin/python -m pip install --no-input --progress-bar off --disable-pip-version-check -c ${depsFolder}/constraints.txt -r ${depsFolder}/requirements.txt`;
  return [
    {
      name: 'pip install',
      directory: '',
      command: `python3 -m venv .venv && ${install}`,
      // A source archive is built by its own program, so an untrusted repository takes wheels only.
      env: trusted ? {} : { PIP_ONLY_BINARY: ':all:' },
      files,
      inputs: {},
      keep: ['.venv'],
      notices: [],
    },
  ];
}

/** What the stages will call and the project does not bring: test runner, coverage, linters, the build and its backend. */
function tools(project: Project, pkg: PythonPackage): string[] {
  const test = testRunner(project, pkg)?.runner === 'pytest' ? ['pytest', 'pytest-cov'] : [];
  const lint = lintTools(project, pkg).flatMap((tool) => tool.requires ?? []);
  const builds = buildTargets(project).some((target) => target.make === 'package' && target.directory === pkg.directory);
  const backend = pkg.buildRequires.some((line) => nameOf(line) === 'hatchling') ? ['editables'] : [];
  const named = new Set(pkg.dependencies);
  const missing = test.filter((tool) => !named.has(tool));
  return [...missing, ...lint, ...(pkg.installable ? [...pkg.buildRequires, ...backend] : []), ...(builds ? ['build'] : [])];
}

function distinct(lines: readonly string[]): string[] {
  return [...new Set(lines)];
}
