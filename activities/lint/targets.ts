import type { Project } from '../../repository/project.ts';
import type { FileTree } from '../../repository/tree.ts';
import type { LintJob } from '../lib/jobs/lintJobs.ts';

/** Arguments that keep a linter out of installed dependencies, where it does not stay out by itself. */
export function exclusions(tool: string, project: Project): string[] {
  if (tool === 'flake8') return ['--extend-exclude=.venv,.mainstay-deps,node_modules'];
  const mixed = project.packages.some(({ language }) => language === 'python');
  return tool === 'eslint' && mixed ? ['--ignore-pattern', '.venv/**'] : [];
}

/** pylint walks through every folder below `.`, hidden ones too, so it is given the folders and files that hold Python. */
export async function namedTargets(job: LintJob, tree: FileTree): Promise<string> {
  if (job.tool !== 'pylint' || !job.command.endsWith(' .')) return job.command;
  const below = job.directory === '' ? '' : `${job.directory}/`;
  const modules = (await tree.list())
    .filter((path) => path.startsWith(below) && path.endsWith('.py'))
    .map((path) => path.slice(below.length).split('/')[0] ?? '');
  const tops = [...new Set(modules)].filter((name) => /^[\w][\w.-]*$/.test(name));
  return tops.length === 0 ? job.command : `${job.command.slice(0, -1)}${tops.join(' ')}`;
}
