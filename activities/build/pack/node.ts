import type { Workbench } from '../../lib/workbench.ts';
import { outFolder, type Made } from '../made.ts';
import type { PackageStep } from '../planBuild.ts';
import { runLines } from '../runLines.ts';
import { copyTree, follow } from './recipe.ts';

// These set up the hooks of a developer's clone, which a checkout without .git has no use for.
const hookTools = /husky|simple-git-hooks|lefthook|pre-commit|git config/;

/** Builds the package once, then packs what npm would publish, with lifecycle scripts off so that nothing is built twice. */
export async function packNode(bench: Workbench, { target, build, scripts }: PackageStep): Promise<Made> {
  const { directory } = target;
  const built = await runLines(bench, { directory, lines: build ? buildLines(target.commands.slice(0, -1), scripts) : [] });
  if ('failed' in built) return built;
  const lines = [copyTree, `npm pack ./${outFolder}/tree --ignore-scripts --pack-destination ${outFolder}`];
  return follow(bench, { name: 'npm pack', directory, lines, results: ['*.tgz'] });
}

/** The build script, and the hook that npm would run before packing. */
function buildLines(build: readonly string[], scripts: Record<string, string>): string[] {
  const hook = scripts.prepack !== undefined ? 'prepack' : build.length === 0 ? 'prepare' : undefined;
  const text = hook === undefined ? undefined : scripts[hook];
  return text === undefined || hookTools.test(text) ? [...build] : [...build, `npm run ${hook}`];
}
