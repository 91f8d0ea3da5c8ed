import type { Project } from '../../../repository/project.ts';
import { lintTools, type LintTool } from '../../../repository/tools.ts';
import { programName } from '../../../repository/tools/commandLine.ts';
import { readLint } from '../../../repository/tools/known.ts';
import type { Stage } from '../../../schemas/stage.ts';
import { readOwnCommand } from '../ownCommand.ts';
import { toolsOfPackages } from '../packages.ts';

/** One command that lints. */
export type LintJob = {
  directory: string;
  /** Name of the linter; `script` when it is not known. */
  tool: string;
  command: string;
  /** What the command comes down to, from the linter on. */
  line: string;
  separator: '' | '-- ';
  /** True for a job of ours beside the project's: what it finds is told, but does not fail the stage. */
  advisory?: boolean;
};

/** The jobs of a lint stage: its own commands, else the linters of each package. */
export function lintJobs(project: Project, stage: Pick<Stage, 'run' | 'directory'>): LintJob[] {
  if (stage.run.length > 0) return stage.run.map((command) => ownJob(command, stage.directory, project));
  const found = toolsOfPackages({ project, directory: stage.directory, script: 'lint', toolsOf: (pkg) => lintTools(project, pkg) });
  return found.flatMap(({ tools }) => tools.flatMap((tool) => [toJob(tool), ...formatters(tool)]));
}

function toJob({ directory, tool, command, line }: LintTool): LintJob {
  return { directory, tool, command, line, separator: command.startsWith('npm run ') ? '-- ' : '' };
}

/** Formatters that come with a toolchain. */
function formatters({ tool, directory }: LintTool): LintJob[] {
  const line = tool === 'go vet' ? 'gofmt -l .' : tool === 'clippy' ? 'cargo fmt --all -- --check -l' : undefined;
  return line === undefined
    ? []
    : [{ directory, tool: tool === 'clippy' ? 'rustfmt' : 'gofmt', command: line, line, separator: '', advisory: true }];
}

function ownJob(command: string, directory: string, project: Project): LintJob {
  const { line, words, separator } = readOwnCommand(command, directory, project);
  return { directory, tool: readLint(words) ?? otherLinter(words) ?? 'script', command, line, separator };
}

function otherLinter([first = '', second]: readonly string[]): string | undefined {
  const program = programName(first);
  if (program === 'go' && second === 'vet') return 'go vet';
  if (program === 'cargo' && second === 'clippy') return 'clippy';
  if (program === 'ruff') return second === 'format' ? undefined : 'ruff';
  return ['flake8', 'pylint', 'mypy', 'gofmt'].includes(program) ? program : undefined;
}
