import type { Package, Project } from './project.ts';
import type { BuildTarget, LintTool, TestTool } from './tools/choice.ts';
import { nodeBuild } from './tools/nodeBuild.ts';
import { nodeLint } from './tools/nodeLint.ts';
import { nodeTest } from './tools/nodeTest.ts';
import { pythonBuild, pythonLint, pythonTest } from './tools/python.ts';
import { goBuild, goLint, goTest, rustBuild, rustLint, rustTest } from './tools/compiled.ts';

export type { BuildTarget, LintTool, Runner, TestTool } from './tools/choice.ts';

/** The linters that a package configures, the project's own script first; empty when it configures none. */
export function lintTools(_project: Project, pkg: Package): LintTool[] {
  switch (pkg.language) {
    case 'node':
      return nodeLint(pkg);
    case 'python':
      return pythonLint(pkg);
    case 'go':
      return goLint(pkg);
    case 'rust':
      return rustLint(pkg);
  }
}

/** How a package is tested; undefined when it holds no sign of tests. */
export function testRunner(_project: Project, pkg: Package): TestTool | undefined {
  switch (pkg.language) {
    case 'node':
      return nodeTest(pkg);
    case 'python':
      return pythonTest(pkg);
    case 'go':
      return goTest(pkg);
    case 'rust':
      return rustTest(pkg);
  }
}

/** What can be built, images last; empty when there is nothing to build. */
export function buildTargets(project: Project): BuildTarget[] {
  const made = project.packages.flatMap((pkg): BuildTarget[] => {
    switch (pkg.language) {
      case 'node':
        return nodeBuild(pkg);
      case 'python':
        return pythonBuild(pkg);
      case 'go':
        return goBuild(pkg);
      case 'rust':
        return rustBuild(pkg);
    }
  });
  return [...made, ...project.dockerfiles.map(imageTarget)];
}

function imageTarget(dockerfile: string): BuildTarget {
  const directory = dockerfile.includes('/') ? dockerfile.slice(0, dockerfile.lastIndexOf('/')) : '';
  return { make: 'image', directory, commands: [], dockerfile, why: `${dockerfile} is there` };
}
