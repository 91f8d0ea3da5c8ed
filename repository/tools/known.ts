import type { Runner, TestTool } from './choice.ts';
import { programName } from './commandLine.ts';

const runnerPrograms: Record<string, Runner> = {
  jest: 'jest', vitest: 'vitest', mocha: 'mocha', _mocha: 'mocha', ava: 'ava', uvu: 'uvu', tap: 'tap', tape: 'tape', jasmine: 'jasmine',
  lab: 'lab', karma: 'karma', playwright: 'playwright', cypress: 'cypress', tsdx: 'jest', 'react-scripts': 'jest', borp: 'node', qunit: 'unknown',
  'ts-mocha': 'mocha', 'electron-mocha': 'mocha', 'mocha-parallel-tests': 'mocha', wtr: 'unknown', 'web-test-runner': 'unknown', tst: 'unknown',
  pytest: 'pytest', 'py.test': 'pytest',
}; // prettier-ignore

/** Programs that start another one which does the work. */
const wrappers = [
  'npx',
  'nyc',
  'c8',
  'dotenv',
  'exec',
  'bunx',
  'pnpx',
  'dotenvx',
  'start-server-and-test',
  'wait-on',
  'run-if-ci',
  'timeout',
];
const subcommandRunners = ['react-scripts', 'tsdx', 'playwright', 'cypress'];

/** Programs that judge sources without running them. */
export const linters = [
  'eslint', 'biome', 'oxlint', 'tsc', 'standard', 'xo', 'semistandard', 'ts-standard', 'neostandard', 'tslint', 'jshint', 'prettier', 'stylelint', 'markdownlint',
  'markdownlint-cli2', 'vue-tsc', 'svelte-check', 'knip', 'dprint', 'oxfmt', 'cspell', 'publint', 'attw', 'commitlint', 'depcheck', 'secretlint', 'textlint',
  'eslint_d', 'next', 'ng', 'tsd', 'flow', 'deno', 'rome', 'ls-lint', 'sort-package-json', 'lockfile-lint', 'htmlhint', 'remark', 'alex', 'editorconfig-checker',
] as const; // prettier-ignore

type Coverage = NonNullable<TestTool['coverage']>['tool'];

/** The test runner that a command starts, and the coverage tool around it. */
export function readTest(words: readonly string[]): { runner?: Runner; coverage?: Coverage; watches: boolean } {
  const wrapper = words.map(programName).find((word) => word === 'nyc' || word === 'c8');
  const runner = findRunner(words);
  const flag = words.some((word) => /^--(?:coverage|experimental-test-coverage|cov)(?:$|[=.])/.test(word));
  const own = runner !== undefined && ['jest', 'vitest', 'node'].includes(runner) && flag ? (runner as Coverage) : undefined;
  return { runner, coverage: wrapper ?? own, watches: words.some((word) => /^--watch(?:All)?$|^-w$/.test(word)) };
}

function findRunner(words: readonly string[]): Runner | undefined {
  if (!wrappers.includes(programName(words[0] ?? ''))) return directRunner(words);
  // A wrapper's own options may take values, so the first word that starts a runner is what it wraps.
  for (let i = 1; i < words.length; i++) {
    const runner = words[i]?.startsWith('-') ? undefined : directRunner(words.slice(i));
    if (runner !== undefined) return runner;
  }
  return undefined;
}

function directRunner(words: readonly string[]): Runner | undefined {
  const program = programName(words[0] ?? '');
  if (program === 'node' || program === 'tsx' || program === 'ts-node') return runnerOfNode(words);
  if (program === 'bun') return words[1] === 'test' ? 'bun' : words[1] === 'x' ? directRunner(words.slice(2)) : undefined;
  if (subcommandRunners.includes(program)) return ['test', 'run'].includes(words[1] ?? '') ? runnerPrograms[program] : undefined;
  return Object.hasOwn(runnerPrograms, program) ? runnerPrograms[program] : undefined;
}

function runnerOfNode(words: readonly string[]): Runner | undefined {
  if (words.includes('--test')) return 'node';
  const file = words.slice(1).find((word) => !word.startsWith('-') && /[./]/.test(word));
  if (file === undefined) return undefined;
  const program = programName(file);
  if (/node_modules\//.test(file) && Object.hasOwn(runnerPrograms, program)) return runnerPrograms[program];
  return /(?:^|\/|[._-])(?:tests?|spec)(?:[._/-]|$)/.test(file) ? 'unknown' : undefined;
}

const notLinting = ['build', 'dev', 'start', 'serve', 'test'];

/** The linter that a command starts. `tsc` counts only when it writes nothing, `next`, `ng` and `deno` only with `lint`. */
export function readLint(words: readonly string[]): string | undefined {
  const bare = ['npx', 'bunx', 'pnpx', 'exec'].includes(words[0] ?? '')
    ? words.slice(1).filter((word, i) => i > 0 || !word.startsWith('-'))
    : words;
  const program = programName(bare[0] ?? '');
  const linter = linters.find((name) => name === program);
  if (linter === undefined) return undefined;
  if (linter === 'tsc' || linter === 'vue-tsc') return bare.some((word) => /^--noEmit$/i.test(word)) ? linter : undefined;
  if (linter === 'next' || linter === 'ng' || linter === 'deno') return bare[1] === 'lint' ? linter : undefined;
  return notLinting.includes(bare[1] ?? '') ? undefined : linter;
}

/** True for a command that runs a script in all members of a workspace, one after the other, and nothing more. */
export function runsMembers(words: readonly string[]): boolean {
  const [program = '', ...rest] = words;
  if (program === 'lerna') return rest[0] === 'run';
  if (program === 'yarn') return rest[0] === 'workspaces';
  return (
    ['npm', 'pnpm', 'bun'].includes(program) && rest.some((word) => /^(?:-r|--recursive|-ws|--workspaces|--filter(?:=.*)?)$/.test(word))
  );
}
