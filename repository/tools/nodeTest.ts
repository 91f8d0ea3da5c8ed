import type { NodePackage } from '../project.ts';
import type { TestTool } from './choice.ts';
import { readLint, readTest, runsMembers } from './known.ts';
import { choiceOfLeaf, followed, unique } from './leaf.ts';
import { runScript } from './manager.ts';
import { isPlaceholder, type Leaf } from './scripts.ts';

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

/** The test script, followed to what runs the tests: linters in it are left to the lint stage, builds come before. */
export function nodeTest(pkg: NodePackage): TestTool | undefined {
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
