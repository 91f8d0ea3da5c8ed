import type { PythonPackage } from '../project.ts';
import type { FileTree } from '../tree.ts';
import { inFolder } from './folders.ts';
import type { readIni } from './ini.ts';
import type { Pyproject } from './pyproject.ts';
import { isForTests } from './requirement.ts';
import { toxRequirements } from './tox.ts';

type Ini = ReturnType<typeof readIni>;
type Where = {
  tree: FileTree;
  directory: string;
  manifest: Pyproject | undefined;
  setupCfg: Ini;
  requirements: string[];
  present: ReadonlySet<string>;
};
type Declared = Pick<PythonPackage, 'requirements' | 'testExtras' | 'testGroups' | 'testRequires' | 'dependencies'>;

/** What a package declares to need; `dependencies` are whole requirement lines here. */
export async function declaredRequirements({ tree, directory, manifest, setupCfg, requirements, present }: Where): Promise<Declared> {
  const extras = { ...sections(setupCfg, 'options.extras_require'), ...manifest?.project?.['optional-dependencies'] };
  const groups = groupsOf(manifest);
  const envs = Object.entries(manifest?.tool.hatch?.envs ?? {}).map(([name, env]) => ({
    name: name === 'hatch-test' ? 'test' : name,
    lines: [...env.dependencies, ...env['extra-dependencies']],
    features: env.features,
  }));
  const testEnvs = envs.filter(({ name, lines }) => isForTests(name, lines));
  const tox = toxRequirements((await tree.read(inFolder(directory, 'tox.ini'))) ?? '');
  const setupPy = setupPyRequirements((await tree.read(inFolder(directory, 'setup.py'), 64 * 1024)) ?? '');
  const files = [...requirements, ...tox.files.map((file) => inFolder(directory, file))];
  const listed = await Promise.all(files.map(async (path) => ((await tree.read(path)) ?? '').split(/\r?\n/)));

  const testExtras = Object.keys(extras).filter((name) => isForTests(name, extras[name] ?? []));
  const features = [...testEnvs.flatMap((env) => env.features), ...tox.extras].filter((name) => Object.hasOwn(extras, name));
  const testRequires = [...testEnvs.flatMap(({ lines }) => lines), ...tox.lines, ...setupPy.tests];
  return {
    requirements: [...new Set(files)].filter((path) => present.has(path)),
    testExtras: [...new Set([...testExtras, ...features])],
    testGroups: Object.keys(groups).filter((name) => isForTests(name, groups[name] ?? [])),
    testRequires: [...new Set(testRequires)],
    dependencies: [
      ...(manifest?.project?.dependencies ?? []),
      ...(manifest?.tool.poetry?.dependencies ?? []),
      ...Object.values(extras).flat(),
      ...Object.values(groups).flat(),
      ...(setupCfg.get('options')?.get('install_requires') ?? []),
      ...(setupCfg.get('options')?.get('tests_require') ?? []),
      ...setupPy.all,
      ...testRequires,
      ...listed.flat(),
    ],
  };
}

function groupsOf(manifest: Pyproject | undefined): Record<string, string[]> {
  const { poetry, pdm, uv } = manifest?.tool ?? {};
  const poetryGroups = Object.entries(poetry?.group ?? {}).map(([name, group]) => [name, group.dependencies] as const);
  const dev = [...(poetry?.['dev-dependencies'] ?? []), ...(uv?.['dev-dependencies'] ?? [])];
  return {
    ...(dev.length > 0 ? { dev } : {}),
    ...Object.fromEntries(poetryGroups),
    ...pdm?.['dev-dependencies'],
    ...manifest?.['dependency-groups'],
  };
}

function sections(ini: Ini, name: string): Record<string, string[]> {
  return Object.fromEntries(ini.get(name) ?? []);
}

/** setup.py is a program; the texts inside its `*_require` arguments are nearly always the requirements. */
function setupPyRequirements(text: string): { all: string[]; tests: string[] } {
  const inside = (name: string) =>
    [...text.matchAll(new RegExp(`${name}\\s*=\\s*([[{][^\\]}]*[\\]}])`, 'g'))].flatMap((match) =>
      [...(match[1] ?? '').matchAll(/["']([^"']+)["'](\s*:)?/g)].flatMap((quoted) => (quoted[2] === undefined ? [quoted[1] ?? ''] : [])),
    );
  const tests = inside('tests_require');
  return { all: [...inside('install_requires'), ...inside('extras_require'), ...tests], tests };
}
