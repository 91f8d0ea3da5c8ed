import { projectSetup, sourcePath } from './install/environment.ts';
import type { Workbench } from './workbench.ts';

/**
 * Makes the repository's own Python packages importable in the box. Answers the environment that its commands need: empty, or PYTHONPATH
 * where a package cannot be installed in place.
 */
export async function setUpProject(bench: Workbench): Promise<Record<string, string>> {
  const paths: string[] = [];
  for (const { package: pkg, line } of projectSetup(bench.project)) {
    const installed = await bench.run({ command: line, directory: '' });
    if (installed.exitCode === 0) continue;
    paths.push(sourcePath((await bench.box()).root, pkg));
    bench.notice(`${pkg.name ?? 'the Python package'} could not be installed in place; its sources are on PYTHONPATH instead`);
  }
  return paths.length === 0 ? {} : { PYTHONPATH: paths.join(':') };
}
