import type { NodePackage } from '../project.ts';
import { splitCommands } from './commandLine.ts';

const execute = { npm: 'npm exec --no --', pnpm: 'pnpm exec', yarn: 'yarn run', bun: 'bun x --no-install' } as const;
/** Programs and words of the shell that need no package manager to be found. */
const onPath = [
  'node',
  'npx',
  'npm',
  'pnpm',
  'yarn',
  'bun',
  'bunx',
  'sh',
  'bash',
  'make',
  'cd',
  'rm',
  'mkdir',
  'cp',
  'mv',
  'python',
  'python3',
  'cargo',
  'go',
  'echo',
  'exit',
  'export',
  'set',
  'test',
  'true',
  'false',
  'env',
  'unset',
];

/** The shell line that runs a script of a package. */
export function runScript(pkg: Pick<NodePackage, 'manager'>, script: string): string {
  return `${pkg.manager} run ${script}`;
}

/** The shell line that runs one command with the package's installed programs in reach, never installing any. */
export function runInPackage(pkg: Pick<NodePackage, 'manager'>, line: string): string {
  const command = splitCommands(line)[0];
  const program = command?.words[0] ?? '';
  if (onPath.includes(program) || program.startsWith('.')) return line;
  const rest = line.slice(line.indexOf(program));
  return [...(command?.env ?? []), execute[pkg.manager], rest].join(' ');
}
