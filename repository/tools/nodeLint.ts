import type { NodePackage } from '../project.ts';
import type { LintTool } from './choice.ts';
import { readLint, runsMembers } from './known.ts';
import { choiceOfLeaf, followed, unique } from './leaf.ts';
import { runInPackage } from './manager.ts';
import { isPlaceholder, type Leaf } from './scripts.ts';

const lintScripts = ['lint', 'lint:check', 'lint:ci', 'lint-ci', 'lint:js', 'lint:ts', 'eslint', 'check:lint', 'check'];
const typeScripts = ['typecheck', 'type-check', 'check-types', 'check:types', 'types:check', 'lint:types', 'test:types', 'tsc'];

/** Linters of the scripts; without such a script, linters inside the test script; else those that a file configures. */
export function nodeLint(pkg: NodePackage): LintTool[] {
  const named = lintScripts.find(
    (name) => followed(pkg, name).some((leaf) => readLint(leaf.command.words) !== undefined) || isOwnLint(pkg, name),
  );
  const types = typeScripts.find(
    (name) => name !== named && followed(pkg, name).some((leaf) => /tsc/.test(readLint(leaf.command.words) ?? '')),
  );
  const leaves = [named, types].flatMap((name) => (name === undefined ? [] : followed(pkg, name)));
  const inTests = leaves.length > 0 ? [] : followed(pkg, 'test').filter((leaf) => readLint(leaf.command.words) !== undefined);
  const found = [...leaves, ...inTests].filter((leaf) => !runsMembers(leaf.command.words));
  if (found.length > 0) return unique(found.map((leaf) => lintOfLeaf(pkg, leaf)));
  return configuredLint(pkg);
}

function isOwnLint(pkg: NodePackage, name: string): boolean {
  const text = pkg.scripts[name];
  return name.startsWith('lint') && text !== undefined && !isPlaceholder(text);
}

function lintOfLeaf(pkg: NodePackage, leaf: Leaf): LintTool {
  const tool = readLint(leaf.command.words) ?? (leaf.command.words[0] === 'tsc' ? 'tsc' : 'script');
  return { ...choiceOfLeaf(pkg, leaf), tool, why: tool === 'script' ? `script "${leaf.script}"` : `script "${leaf.script}" runs ${tool}` };
}

const directLint: Record<string, string> = { eslint: 'eslint .', biome: 'biome check .', oxlint: 'oxlint' };

function configuredLint(pkg: NodePackage): LintTool[] {
  const tools = pkg.tools ?? [];
  const has = (tool: string, ...names: string[]) => tools.includes(tool) && names.some((name) => Object.hasOwn(pkg.dependencies, name));
  const found = [
    has('eslint', 'eslint') && 'eslint',
    has('biome', '@biomejs/biome') && 'biome',
    has('oxlint', 'oxlint') && 'oxlint',
  ].filter((tool) => tool !== false);
  if (found.length === 0 && has('tsc', 'typescript')) return [directTool(pkg, 'tsc', 'tsc --noEmit')];
  return found.map((tool) => directTool(pkg, tool, directLint[tool] ?? tool));
}

function directTool(pkg: NodePackage, tool: string, line: string): LintTool {
  return {
    kind: 'tool',
    language: 'node',
    directory: pkg.directory,
    command: runInPackage(pkg, line),
    line,
    tool,
    why: `${tool} is configured and a dependency`,
  };
}
