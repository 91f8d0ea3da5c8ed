import type { Project } from '../../../repository/project.ts';
import { buildTargets, type BuildTarget } from '../../../repository/tools.ts';
import { sourceAt } from '../../lib/generated/commits.ts';
import { stageTask } from '../../lib/proof/stageTask.ts';
import type { ProofPlace, ProverDeps } from '../proof/deps.ts';
import { type Checked, stepOf } from './checked.ts';

/** The project's build with the change: build scripts of Node, packages of Go. What does not build without the change either is told. */
export async function checkBuild(deps: ProverDeps, { site, source, base, timeout }: ProofPlace, project: Project): Promise<Checked> {
  if (!buildTargets(project).some(saysMoreThanTests)) return { refusals: [], notices: [], steps: [] };
  const task = stageTask({ site, source, id: 'proof-build', agent: 'build', timeout, with: { make: ['package', 'command'] } });
  const result = await deps.buildArtifacts(task);
  const { notices } = result;
  const steps = [stepOf('build', result)];
  if (result.passed) return { refusals: [], notices, steps };

  const before = await deps.buildArtifacts({ ...task, source: sourceAt(site.source, base) });
  if (!before.passed) return { refusals: [], notices: [...notices, `the build fails without the change too: ${before.summary}`], steps };
  return { refusals: [{ rule: 'build', path: '.', message: result.summary }], notices, steps };
}

/** Cargo compiles all for its tests, Python compiles nothing, and packing alone looks at no code. Images are the pipeline's. */
function saysMoreThanTests({ make, language, commands }: BuildTarget): boolean {
  if (make === 'image') return false;
  return language === 'go' || (language === 'node' && commands.some((command) => command !== 'npm pack'));
}
