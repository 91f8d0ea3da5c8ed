import type { Workbench } from '../../lib/workbench.ts';
import { keepFiles } from '../keepFiles.ts';
import { copyTree, outFolder, within, type Made } from '../made.ts';
import type { PackageStep } from '../planBuild.ts';
import { runLines } from '../runLines.ts';

const byBuild = `python -m build --no-isolation --skip-dependency-check --outdir ${outFolder} ${outFolder}/tree`;
const byPip = `python -m pip wheel --no-deps --no-build-isolation --no-index --wheel-dir ${outFolder} ./${outFolder}/tree`;

/** Wheel and source archive by the project's own backend, with what the install step has provided: the box has no network. */
export async function packPython(bench: Workbench, { target }: PackageStep): Promise<Made> {
  const { directory } = target;
  const { env } = bench.task.stage;
  const version = env.SETUPTOOLS_SCM_PRETEND_VERSION ?? `0.0.0.dev0+g${bench.task.source.commit.slice(0, 12)}`;
  const line = `${settings(version)}; ${copyTree} && if python -c 'import build.__main__' 2>/dev/null; then ${byBuild}; else ${byPip}; fi`;
  const packed = await runLines(bench, { directory, lines: [line] });
  if ('failed' in packed) return { failed: packed.failed.replace(line, 'the Python build') };
  const globs = ['*.whl', '*.tar.gz'].map((name) => within(directory, `${outFolder}/${name}`));
  const kept = await keepFiles(bench, { globs, kind: 'package', flat: true });
  if (!('failed' in kept) && kept.artifacts.some(({ name }) => name.includes('dev0+g'))) {
    bench.notice('the version comes from git tags, which a checkout has not; SETUPTOOLS_SCM_PRETEND_VERSION in "env:" chooses one');
  }
  return kept;
}

/**
 * Backends that ask git for the version are told one that names the commit. Files in archives are dated 1980, the earliest that
 * a zip can hold, so that the same commit gives the same bytes. https://reproducible-builds.org/specs/source-date-epoch/
 */
function settings(version: string): string {
  const told = ['SETUPTOOLS_SCM_PRETEND_VERSION', 'PDM_BUILD_SCM_VERSION', 'PBR_VERSION'].map(
    (name) => `${name}='${version.replaceAll("'", '')}'`,
  );
  return `export ${told.join(' ')} SOURCE_DATE_EPOCH=315532800`;
}
