import type { Package } from '../project.ts';

/** A way of doing one job of a package, found by looking at it. */
export type ToolChoice = {
  /** `script`: the project's own; `tool`: a known tool that the project configures. */
  kind: 'script' | 'tool';
  language: Package['language'];
  /** Folder in which the commands run; '' is the root. */
  directory: string;
  /** Shell line to run in the folder: `npm run lint`, `ruff check .`. */
  command: string;
  /** What the command comes down to: the script's own text from the tool on (`eslint lib test`), or the command again. */
  line: string;
  /** Name of the project's script. */
  script?: string;
  /** One clause for people: `script "lint" runs eslint`. */
  why: string;
};

/** `tool` is the linter's name (`eslint`), or `script` when the script's content says nothing. */
export type LintTool = ToolChoice & {
  tool: string;
  /** What `pip install` takes when the project itself does not install the linter: `ruff==0.4.1`. */
  requires?: string;
};

export const runners = [
  'jest', 'vitest', 'mocha', 'node', 'ava', 'uvu', 'tap', 'tape', 'jasmine', 'lab', 'karma', 'bun', 'playwright', 'cypress',
  'pytest', 'unittest', 'go', 'cargo', 'unknown',
] as const; // prettier-ignore
/** `node` is `node --test`; `unknown` is a script whose runner is not known, so that only its exit code counts. */
export type Runner = (typeof runners)[number];

export type TestTool = ToolChoice & {
  runner: Runner;
  /** Shell lines that come first (a build that the tests need). */
  before: string[];
  /** Shell lines of further tests that belong to the same script (`test:integration`). */
  also: string[];
  /** Where coverage is configured: the tool, and the script or file that says so. Absent: it is not. */
  coverage?: { tool: 'nyc' | 'c8' | 'jest' | 'vitest' | 'tap' | 'node' | 'pytest-cov' | 'coverage'; where: string };
};

/** Something that a build makes. `command`: only the project's own build, without a result to keep. */
export type BuildTarget = {
  make: 'package' | 'image' | 'command';
  directory: string;
  language?: Package['language'];
  name?: string;
  /** Shell lines in the folder, in order; the last one makes the package. Empty for an image. */
  commands: string[];
  dockerfile?: string;
  why: string;
};
