import type { Project } from '../../../repository/project.ts';
import { type Runner, testRunner, type TestTool } from '../../../repository/tools.ts';
import { readTest } from '../../../repository/tools/known.ts';
import type { Stage } from '../../../schemas/stage.ts';
import { readOwnCommand } from '../ownCommand.ts';
import { toolsOfPackages } from '../packages.ts';

/** One command that tests something. */
export type TestJob = {
  directory: string;
  runner: Runner;
  /** Shell line that runs the tests. */
  command: string;
  /** What the command comes down to, from the runner or what wraps it on. */
  line: string;
  /** `npm run x` hands arguments on only behind `--`. */
  separator: '' | '-- ';
  before: string[];
  also: string[];
  coverage?: TestTool['coverage'];
  /** The whole command is this one runner, so that arguments for its report can be added. */
  extendable: boolean;
};

/** The jobs of a test stage: its own commands, else how each package is tested. */
export function testJobs(project: Project, stage: Pick<Stage, 'run' | 'directory'>): TestJob[] {
  if (stage.run.length > 0) return stage.run.map((line) => ownJob(line, stage.directory, project));
  const found = toolsOfPackages({
    project,
    directory: stage.directory,
    script: 'test',
    toolsOf(pkg) {
      const tool = testRunner(project, pkg);
      return tool ? [tool] : [];
    },
  });
  return found.flatMap(({ tools }) => tools.map(toJob));
}

function toJob(tool: TestTool): TestJob {
  const { directory, runner, command, line, before, coverage } = tool;
  // What only formats the output of the tests before it has nothing to say alone.
  const also = tool.also.filter((other) => !/\b(?:tap-[a-z]+|faucet|tap-spec|colortape)\b/.test(other));
  return {
    directory,
    runner,
    command,
    line,
    separator: command.startsWith('npm run ') ? '-- ' : '',
    before,
    also,
    coverage,
    extendable: true,
  };
}

/** A command of the pipeline file runs as written; a report is asked of it where it is one known runner, or a script that is. */
function ownJob(command: string, directory: string, project: Project): TestJob {
  const { line, words, separator } = readOwnCommand(command, directory, project);
  const read = readTest(words);
  const runner = runnerOfToolchain(words) ?? read.runner ?? (/\bpytest\b/.test(line) ? 'pytest' : 'unknown');
  const coverage: TestJob['coverage'] = read.coverage && { tool: read.coverage, where: 'the command itself' };
  return {
    directory,
    runner,
    command,
    line,
    separator,
    before: [],
    also: [],
    coverage,
    extendable: words.length > 0 && runner !== 'unknown',
  };
}

function runnerOfToolchain([program, verb]: readonly string[]): Runner | undefined {
  return verb === 'test' && (program === 'go' || program === 'cargo') ? program : undefined;
}
