import { asGlob } from './protection.ts';

/** Who decides what a change must pass: whoever writes the code must not. */
const always = [
  '.github/**',
  '.gitlab/**',
  '.gitlab-ci.{yml,yaml}',
  '{azure-pipelines,.azure-pipelines}.{yml,yaml}',
  '.azure-pipelines/**',
  '.circleci/**',
  '.buildkite/**',
  '.woodpecker/**',
  '{.travis,.drone,.appveyor,appveyor,bitbucket-pipelines,cloudbuild,.cirrus,.woodpecker}.{yml,yaml}',
  '**/Jenkinsfile',
  '{CODEOWNERS,docs/CODEOWNERS}',
  '{pipeline,project}.{yml,yaml,json}',
  '.mainstay/**',
];

// Manifests (package.json, pyproject.toml, setup.cfg, Cargo.toml, …) and lock files are not among them: a task may need a dependency or an export.
const configured = [
  /^\.(?:eslintrc|prettierrc|babelrc|mocharc|nycrc|c8rc|stylelintrc|oxlintrc|oxfmtrc|swcrc|taprc|jshintrc|pylintrc|flake8|coveragerc|jscpd|markdownlint)(?:\..+)?$/,
  /^(?:eslint|prettier|babel|jest|vitest|vite|webpack|rollup|rolldown|rspack|tsup|tsdown|playwright|cypress|karma|ava|mocha|stylelint|commitlint|lint-staged|knip|oxlint|wdio)\.(?:config|conf|setup|workspace)\.\w+$/,
  /^(?:tsconfig(?:\..+)?|jsconfig|biome|deno|nx|turbo|lerna)\.jsonc?$/,
  /^(?:tox|pytest|mypy|\.mypy|\.pytest)\.ini$|^noxfile\.py$|^\.?ruff\.toml$|^\.pre-commit-config\.yaml$/,
  /^(?:GNUmakefile|[Mm]akefile|[Jj]ustfile|Rakefile)$|^Taskfile\.ya?ml$/,
  /^\.golangci\.\w+$|^\.?(?:clippy|rustfmt|nextest)\.toml$/,
];

/** Globs of what a task's agent may read and not change: acceptance tests, CI, Mainstay's own files, and the lint, test and build configuration among `paths`. */
export function protectedPaths(paths: readonly string[], tests: readonly string[]): string[] {
  const found = paths.filter((path) => configured.some((name) => name.test(path.slice(path.lastIndexOf('/') + 1))));
  return [...new Set([...tests.map(asGlob), ...always, ...found.slice(0, 500).map(asGlob)])];
}
