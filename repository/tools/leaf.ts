import type { NodePackage } from '../project.ts';
import type { LintTool } from './choice.ts';
import { runInPackage, runScript } from './manager.ts';
import { followScript, type Leaf } from './scripts.ts';

/** The commands of a script of a package; none when it has no such script. */
export function followed(pkg: NodePackage, script: string): Leaf[] {
  return followScript(pkg.scripts, script);
}

/** How to run one command of a script: by the script where it is all of it, else by itself. */
export function choiceOfLeaf(
  pkg: NodePackage,
  leaf: Leaf,
): Pick<LintTool, 'kind' | 'language' | 'directory' | 'command' | 'line' | 'script'> {
  const base = { language: 'node' as const, directory: pkg.directory, line: leaf.command.text };
  if (leaf.alone) return { ...base, kind: 'script', script: leaf.script, command: runScript(pkg, leaf.script) };
  return { ...base, kind: 'tool', script: leaf.script, command: runInPackage(pkg, leaf.command.text) };
}

/** Each command once. */
export function unique<T extends { command: string }>(tools: T[]): T[] {
  return tools.filter((tool, i) => tools.findIndex((other) => other.command === tool.command) === i);
}
