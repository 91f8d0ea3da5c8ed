import { depsFolder } from '../../lib/install/step.ts';
import type { Workbench } from '../../lib/workbench.ts';
import { keepFiles } from '../keepFiles.ts';
import { outFolder, place, within, type Made } from '../made.ts';
import { lastLine } from '../runLines.ts';

export type Recipe = {
  /** What people know it as: `npm pack`. */
  name: string;
  directory: string;
  /** Shell lines; each must succeed. They leave their results in `outFolder`. */
  lines: readonly string[];
  /** Which of the files in `outFolder` are results. */
  results: readonly string[];
};

const script = '.mainstay-pack.sh';

/**
 * Shell line that copies a package, as it stands after its build, to `.mainstay-out/tree`, without what the install step laid beside it:
 * packers take along whatever nothing excludes.
 */
export const copyTree = `mkdir -p ${outFolder}/tree && tar -c ${[outFolder, script, depsFolder, '.venv'].map((name) => `--exclude=./${name}`).join(' ')} --exclude=node_modules . | tar -x -C ${outFolder}/tree`;

/** Runs a recipe as one script in the box, which shows each line in the log, and keeps its results; none is for the caller to judge. */
export async function follow(bench: Workbench, { name, directory, lines, results }: Recipe): Promise<Made> {
  const box = await bench.box();
  await box.writeText(within(directory, script), [`rm -rf ${outFolder}`, `mkdir ${outFolder}`, ...lines, ''].join('\n'));
  const { exitCode, tail } = await bench.run({ command: `sh -ex ${script}`, directory });
  if (exitCode !== 0) return { failed: `${name} failed${place(directory)} (exit ${exitCode}): ${lastLine(tail)}` };
  const globs = results.map((result) => within(directory, `${outFolder}/${result}`));
  if ((await box.find(globs)).length === 0) return { artifacts: [], said: [`${name} passed${place(directory)}`] };
  return keepFiles(bench, { globs, kind: 'package', flat: true });
}
