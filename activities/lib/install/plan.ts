import type { Project } from '../../../repository/project.ts';
import type { FileTree } from '../../../repository/tree.ts';
import { cargoSteps, goSteps } from './compiled.ts';
import { nodeSteps } from './node.ts';
import { pythonSteps } from './python.ts';
import type { InstallStep } from './step.ts';

/** How the dependencies of every package are installed, in order; empty when there are none. Scripts of packages run only for a trusted source. */
export async function installPlan(project: Project, tree: FileTree, trusted: boolean): Promise<InstallStep[]> {
  const steps = await Promise.all([
    nodeSteps(project, tree, trusted),
    pythonSteps(project, tree, trusted),
    goSteps(project, tree),
    cargoSteps(project, tree),
  ]);
  return steps.flat();
}
