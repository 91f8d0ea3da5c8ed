import { quoted } from '../../lib/install/environment.ts';
import type { Workbench } from '../../lib/workbench.ts';
import { outFolder, type Made } from '../made.ts';
import type { PackageStep } from '../planBuild.ts';
import { copyTree, follow } from './recipe.ts';

const byBuild = `python -m build --no-isolation --skip-dependency-check --outdir ${outFolder} ${outFolder}/tree`;
const byPip = `python -m pip wheel --no-deps --no-build-isolation --no-index --wheel-dir ${outFolder} ./${outFolder}/tree`;

/** Wheel and source archive by the project's own backend, with what the install step has provided: the box has no network. */
export async function packPython(bench: Workbench, { target }: PackageStep): Promise<Made> {
  const { stage, source } = bench.task;
  const version = stage.env.SETUPTOOLS_SCM_PRETEND_VERSION ?? `0.0.0.dev0+g${source.commit.slice(0, 12)}`;
  const made = await follow(bench, {
    name: 'the Python build',
    directory: target.directory,
    lines: [settings(version), copyTree, `if python -c 'import build.__main__' 2>/dev/null; then ${byBuild}; else ${byPip}; fi`],
    results: ['*.whl', '*.tar.gz'],
  });
  if (!('failed' in made) && made.artifacts.some(({ name }) => name.includes('dev0+g'))) {
    bench.notice('the version comes from git tags, which a checkout has not; SETUPTOOLS_SCM_PRETEND_VERSION in "env:" chooses one');
  }
  return made;
}

/**
 * Backends that ask git for the version are told one that names the commit. Files in archives are dated 1980, the earliest that
 * a zip can hold, so that the same commit gives the same bytes. https://reproducible-builds.org/specs/source-date-epoch/
 */
function settings(version: string): string {
  const told = ['SETUPTOOLS_SCM_PRETEND_VERSION', 'PDM_BUILD_SCM_VERSION', 'PBR_VERSION'].map((name) => `${name}=${quoted(version)}`);
  return `export ${told.join(' ')} SOURCE_DATE_EPOCH=315532800`;
}
