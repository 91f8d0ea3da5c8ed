import type { NodePackage, Project } from '../project.ts';
import type { BuildTarget, LintTool, TestTool } from './choice.ts';
import { readLint, readTest, runsMembers } from './known.ts';
import { runInPackage, runScript } from './manager.ts';
import { followScript, isPlaceholder, type Leaf } from './scripts.ts';

const lintScripts = ['lint', 'lint:check', 'lint:ci', 'lint-ci', 'lint:js', 'lint:ts', 'eslint', 'check:lint', 'check'];
const typeScripts = ['typecheck', 'type-check', 'check-types', 'check:types', 'types:check', 'lint:types', 'test:types', 'tsc'];
const testScripts = [
  'test',
  'test:ci',
  'test-ci',
  'ci:test',
  'test:unit',
  'unit-test',
  'unit',
  'tests',
  'spec',
  'test:node',
  'test:run',
  'jest',
  'mocha',
  'vitest',
  'ava',
];
const coverageScripts = ['coverage', 'test:coverage', 'test:cov', 'test-coverage', 'cover', 'test-cov', 'cov'];

/** Linters of the scripts; without such a script, linters inside the test script; else those that a file configures. */
export function nodeLint(_project: Project, pkg: NodePackage): LintTool[] {
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

/** The test script, followed to what runs the tests: linters in it are left to the lint stage, builds come before. */
export function nodeTest(_project: Project, pkg: NodePackage): TestTool | undefined {
  const candidates = testScripts.filter((name) => pkg.scripts[name] !== undefined && !isPlaceholder(pkg.scripts[name]));
  const name =
    candidates.find((script) => followed(pkg, script).some(isGoodTest)) ?? candidates.find((script) => followed(pkg, script).length > 0);
  if (name === undefined) return undefined;
  const leaves = followed(pkg, name).filter((leaf) => readLint(leaf.command.words) === undefined && !runsMembers(leaf.command.words));
  const steps = unique(leaves.map((leaf) => ({ ...choiceOfLeaf(pkg, leaf), ...readTest(leaf.command.words), around: leaf.around })));
  const main = steps.findIndex((step) => step.runner !== undefined);
  if (steps.length === 0) return undefined;
  if (main === -1) return ownTest(pkg, name);
  const {
    runner = 'unknown',
    coverage = steps[main]?.around,
    watches: _watches,
    around: _around,
    ...choice
  } = steps[main] ?? ({} as never);
  const before = [...hookBefore(pkg, name, choice), ...steps.slice(0, main).map((step) => step.command)];
  return {
    ...choice,
    runner,
    before,
    also: steps.slice(main + 1).map((step) => step.command),
    coverage: coverage === undefined ? coverageElsewhere(pkg) : { tool: coverage, where: `script "${choice.script ?? name}"` },
    why: `script "${choice.script ?? name}" runs ${runner === 'unknown' ? 'the tests' : runner}`,
  };
}

function isGoodTest(leaf: Leaf): boolean {
  const test = readTest(leaf.command.words);
  return test.runner !== undefined && !test.watches;
}

/** A script whose runner is unknown runs as it stands; its exit code decides. */
function ownTest(pkg: NodePackage, script: string): TestTool {
  const line = pkg.scripts[script] ?? '';
  return {
    kind: 'script',
    language: 'node',
    directory: pkg.directory,
    command: runScript(pkg, script),
    line,
    script,
    runner: 'unknown',
    before: [],
    also: [],
    why: `script "${script}"`,
  };
}

/** `pretest` still has to run when the tests start otherwise than by the script that it belongs to. */
function hookBefore(pkg: NodePackage, called: string, choice: Pick<TestTool, 'kind' | 'script'>): string[] {
  const hook = `pre${called}`;
  const runsByItself = choice.kind === 'script' && choice.script === called;
  const leaves = runsByItself ? [] : followed(pkg, hook);
  return leaves.some((leaf) => readLint(leaf.command.words) === undefined) ? [runScript(pkg, hook)] : [];
}

function coverageElsewhere(pkg: NodePackage): TestTool['coverage'] {
  for (const script of coverageScripts) {
    const tool = followed(pkg, script)
      .map((leaf) => leaf.around ?? readTest(leaf.command.words).coverage)
      .find((found) => found !== undefined);
    if (tool !== undefined) return { tool, where: `script "${script}"` };
  }
  const tool = (['nyc', 'c8'] as const).find((name) => pkg.tools?.includes(name));
  return tool === undefined ? undefined : { tool, where: `${tool} configuration` };
}

/** `npm pack` for what can be published (its build first), else the build script alone. */
export function nodeBuild(_project: Project, pkg: NodePackage): BuildTarget[] {
  const builds = pkg.scripts.build !== undefined && !isPlaceholder(pkg.scripts.build);
  const base = { directory: pkg.directory, language: 'node' as const, name: pkg.name };
  const build = builds ? [runScript(pkg, 'build')] : [];
  if (!pkg.private && pkg.name !== undefined && pkg.version !== undefined) {
    const prepared = ['prepack', 'prepare'].some((hook) => followed(pkg, hook).some((leaf) => leaf.script === 'build'));
    return [
      {
        ...base,
        make: 'package',
        commands: [...(prepared ? [] : build), 'npm pack'],
        why: 'package.json has a name and a version and is not private',
      },
    ];
  }
  return builds ? [{ ...base, make: 'command', commands: build, why: 'script "build"' }] : [];
}

function followed(pkg: NodePackage, script: string): Leaf[] {
  return followScript(pkg.scripts, script);
}

function choiceOfLeaf(pkg: NodePackage, leaf: Leaf): Pick<LintTool, 'kind' | 'language' | 'directory' | 'command' | 'line' | 'script'> {
  const base = { language: 'node' as const, directory: pkg.directory, line: leaf.command.text };
  if (leaf.alone) return { ...base, kind: 'script', script: leaf.script, command: runScript(pkg, leaf.script) };
  return { ...base, kind: 'tool', script: leaf.script, command: runInPackage(pkg, leaf.command.text) };
}

function unique<T extends { command: string }>(tools: T[]): T[] {
  return tools.filter((tool, i) => tools.findIndex((other) => other.command === tool.command) === i);
}
