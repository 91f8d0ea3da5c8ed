import { posix } from 'node:path';
import type { Project, PythonPackage } from '../../../repository/project.ts';
import type { BoxCommand } from '../../sandbox/box.ts';
import { depsFolder, inside } from './step.ts';

/** The command with the installed dependencies in reach: programs of the venv, package managers, module caches. A shell line stays one. */
export function withDependencies(command: BoxCommand['command'], where: { root: string; project: Project }): BoxCommand['command'] {
  const settings = dependencySettings(where);
  if (settings.length === 0) return command;
  const reach = `export ${settings.join(' ')}`;
  return typeof command === 'string' ? `${reach}; ${command}` : ['sh', '-c', `${reach}; exec "$@"`, 'sh', ...command];
}

function dependencySettings({ root, project }: { root: string; project: Project }): string[] {
  const languages = new Set(project.packages.map((pkg) => pkg.language));
  const programs: string[] = [];
  const settings: string[] = [];
  if (languages.has('node')) programs.push(`${root}/${depsFolder}/tools/node_modules/.bin`);
  if (languages.has('python')) {
    programs.push(`${root}/.venv/bin`);
    settings.push(`VIRTUAL_ENV=${quoted(`${root}/.venv`)}`, ...pretendVersions(project));
  }
  if (languages.has('go'))
    settings.push(
      `GOMODCACHE=${quoted(`${root}/${depsFolder}/gomod`)}`,
      `GOCACHE="\${GOCACHE:-${root}/${depsFolder}/gocache}"`,
      'GOPROXY=off',
      'GOFLAGS="${GOFLAGS:--modcacherw}"',
    );
  if (languages.has('rust')) settings.push(`CARGO_HOME=${quoted(`${root}/${depsFolder}/cargo`)}`, 'CARGO_NET_OFFLINE=true');
  if (programs.length > 0) settings.unshift(`PATH=${quoted(programs.join(':'))}:"$PATH"`);
  return settings;
}

// Versions that come from git's tags cannot be computed in a checkout without history.
function pretendVersions(project: Project): string[] {
  const version = project.packages.find((pkg) => pkg.language === 'python')?.version ?? '0.0.0';
  return ['SETUPTOOLS_SCM_PRETEND_VERSION', 'PDM_BUILD_SCM_VERSION', 'PBR_VERSION'].map((name) => `${name}=${quoted(version)}`);
}

/** Shell lines that make the Python packages importable in a stage's box, without network; one per package. */
export function projectSetup(project: Project): { package: PythonPackage; line: string }[] {
  return project.packages
    .filter((pkg): pkg is PythonPackage => pkg.language === 'python' && pkg.installable)
    .map((pkg) => ({
      package: pkg,
      line: `python -m pip install --quiet --no-input --disable-pip-version-check --no-deps --no-build-isolation --no-index -e ${quoted(`./${pkg.directory}`)}`,
    }));
}

/** PYTHONPATH that makes a package importable where it cannot be installed: its `src` and its folder. */
export function sourcePath(root: string, pkg: PythonPackage): string {
  return ['src', ''].map((name) => posix.join(root, inside(pkg.directory, name))).join(':');
}

/** A word for `sh` that stands for exactly this text. */
export function quoted(text: string): string {
  return /^[\w./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
