import type { Package, Project } from '../../repository/project.ts';
import { type Runner, testRunner, type TestTool } from '../../repository/tools.ts';
import { splitCommands } from '../../repository/tools/commandLine.ts';
import { readTest } from '../../repository/tools/known.ts';
import { followScript } from '../../repository/tools/scripts.ts';
import type { Stage } from '../../schemas/stage.ts';
import { toolsOfPackages } from '../lib/packages.ts';

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
function ownJob(line: string, directory: string, project: Project): TestJob {
  const pkg = project.packages.find((one) => one.directory === directory && one.language === 'node');
  const script = pkg && scriptOf(line, pkg);
  const text = script?.text ?? line;
  const commands = splitCommands(text);
  const single = commands.length === 1 && !/[|&;<>`]|\$\(/.test(text);
  const read = single ? readTest(commands[0]?.words ?? []) : undefined;
  const words = commands[0]?.words ?? [];
  const compiled = words[0] === 'go' && words[1] === 'test' ? 'go' : words[0] === 'cargo' && words[1] === 'test' ? 'cargo' : undefined;
  const python = /^python[\d.]*$/.test(words[0] ?? '') && words[1] === '-m' && words[2] === 'pytest' ? 'pytest' : undefined;
  const runner = compiled ?? python ?? read?.runner ?? 'unknown';
  return {
    directory,
    runner: single ? runner : /\bpytest\b/.test(line) ? 'pytest' : 'unknown',
    command: line,
    line: text,
    separator: script !== undefined && line.startsWith('npm') ? '-- ' : '',
    before: [],
    also: [],
    coverage: read?.coverage ? { tool: read.coverage, where: 'the command itself' } : undefined,
    extendable: single && runner !== 'unknown',
  };
}

function scriptOf(line: string, pkg: Package): { text: string } | undefined {
  const match = /^(?:npm|pnpm|yarn|bun)(?: (?:run|run-script))? ([\w:.-]+)$/.exec(line.trim());
  const name = match?.[1] === 't' ? 'test' : match?.[1];
  if (name === undefined || pkg.language !== 'node' || (line.startsWith('bun ') && !line.startsWith('bun run '))) return undefined;
  const leaves = followScript(pkg.scripts, name);
  const leaf = leaves[0];
  // Arguments reach the runner only when the called script itself is the runner.
  return leaves.length === 1 && leaf?.alone && leaf.script === name ? { text: leaf.command.text } : undefined;
}
