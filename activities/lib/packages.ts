import type { NodePackage, Package, Project } from '../../repository/project.ts';
import { runsMembers } from '../../repository/tools/known.ts';
import { followScript } from '../../repository/tools/scripts.ts';

/** Folders that hold packages for show or as test data, not parts of the project. */
const asides =
  /(?:^|\/)(?:examples?|fixtures?|__fixtures__|samples?|demos?|templates?|tests?|__tests__|testdata|e2e|benchmarks?|docs?|website|vendor|third_party)(?:\/|$)/;

type Choice<Tool> = {
  project: Project;
  /** The stage's folder; packages beneath take part. */
  directory: string;
  /** The tools of a package; empty when it has none for this job. */
  toolsOf: (pkg: Package) => Tool[];
  /** The script whose commands tell whether a workspace root runs its members too. */
  script: string;
};

/** The tools of the packages that a stage is for. Members of a workspace are left to the root's tools, unless its script goes through them. */
export function toolsOfPackages<Tool>({ project, directory, toolsOf, script }: Choice<Tool>): { pkg: Package; tools: Tool[] }[] {
  const below = directory === '' ? '' : `${directory}/`;
  const found = project.packages
    .filter((pkg) => pkg.directory === directory || pkg.directory.startsWith(below))
    .map((pkg) => ({ pkg, tools: toolsOf(pkg) }))
    .filter(({ tools }) => tools.length > 0);
  const own = found.filter(({ pkg }) => !isCovered(pkg, found.map((other) => other.pkg), script)); // prettier-ignore
  const main = own.filter(({ pkg }) => pkg.directory === directory || !asides.test(pkg.directory.slice(below.length)));
  return main.length > 0 ? main : own;
}

function isCovered(pkg: Package, packages: readonly Package[], script: string): boolean {
  return packages.some((root) => root.language === 'node' && root.members.includes(pkg.directory) && !goesThroughMembers(root, script));
}

function goesThroughMembers(root: NodePackage, script: string): boolean {
  return followScript(root.scripts, script).some(({ command }) => runsMembers(command.words));
}
