import type { Workbench } from '../../lib/workbench.ts';
import { keepFiles } from '../keepFiles.ts';
import { outFolder, within, type Made } from '../made.ts';
import type { PackageStep } from '../planBuild.ts';
import { runLines } from '../runLines.ts';

/** Wheel and source archive by the project's own backend, with what the install step has provided: the box has no network. */
export async function packPython(bench: Workbench, { target }: PackageStep): Promise<Made> {
  const { directory } = target;
  const venv = '[ -d .venv ] && PATH="$PWD/.venv/bin:$PATH"';
  const byBuild = `python -m build --no-isolation --skip-dependency-check --outdir ${outFolder}`;
  const byPip = `python -m pip wheel --no-deps --no-build-isolation --no-index --wheel-dir ${outFolder} .`;
  const line = `${venv}; if python -c 'import build.__main__' 2>/dev/null; then ${byBuild}; else ${byPip}; fi`;
  const packed = await runLines(bench, { directory, lines: [line], env: buildEnv(bench.task.source.commit) });
  if ('failed' in packed) return { failed: packed.failed.replace(line, 'the Python build') };
  const kept = await keepFiles(bench, {
    globs: ['*.whl', '*.tar.gz'].map((name) => within(directory, `${outFolder}/${name}`)),
    kind: 'package',
    flat: true,
  });
  const pretended = !('failed' in kept) && kept.artifacts.some(({ name }) => name.includes('dev0+g'));
  if (pretended)
    bench.notice('the version comes from git tags, which a checkout has not: set SETUPTOOLS_SCM_PRETEND_VERSION in "env:" to choose it');
  return kept;
}

/**
 * Backends that ask git for the version are told one that names the commit. Files in archives are dated 1980, the earliest that
 * a zip can hold, so that the same commit gives the same bytes. https://reproducible-builds.org/specs/source-date-epoch/
 */
function buildEnv(commit: string): Record<string, string> {
  const version = `0.0.0.dev0+g${commit.slice(0, 12)}`;
  return {
    SETUPTOOLS_SCM_PRETEND_VERSION: version,
    PDM_BUILD_SCM_VERSION: version,
    PBR_VERSION: version,
    SOURCE_DATE_EPOCH: '315532800',
  };
}
