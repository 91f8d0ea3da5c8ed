/** Files that decide how tests, linters and builds run; `always`: they may not even be added. */
type Kind = { what: string; always: boolean; names: RegExp };

const name = (pattern: string) => new RegExp(`(?:^|/)(?:${pattern})$`, 'i');

const kinds: readonly Kind[] = [
  {
    what: 'configuration of the CI',
    always: true,
    names:
      /^(?:\.github\/(?:workflows|actions)\/.*|\.github\/CODEOWNERS|CODEOWNERS|docs\/CODEOWNERS|\.gitlab-ci\.ya?ml|\.gitlab\/.*|azure-pipelines[^/]*\.ya?ml|\.circleci\/.*|Jenkinsfile|\.travis\.yml|bitbucket-pipelines\.yml|\.drone\.yml|\.woodpecker(?:\.yml|\/.*)|appveyor\.yml|\.buildkite\/.*|cloudbuild\.ya?ml|\.husky\/.*|\.pre-commit-config\.yaml|lefthook\.ya?ml)$/i,
  },
  { what: "Mainstay's configuration", always: true, names: /^(?:(?:pipeline|project)\.(?:ya?ml|json)|\.mainstay\/.*)$/ },
  {
    what: 'configuration of the scans',
    always: true,
    names: name(
      String.raw`\.secretlint(?:rc[^/]*|ignore)|\.gitleaks\.toml|\.gitleaksignore|\.semgrepignore|\.bandit|bandit\.ya?ml|\.snyk|\.trivyignore|osv-scanner\.toml`,
    ),
  },
  {
    what: 'a file that changes how every program starts',
    always: true,
    names: name(
      String.raw`\.npmrc|\.yarnrc(?:\.yml)?|\.pnpmfile\.c?js|\.pnp\.[cm]?js|\.env(?:\.test)?|sitecustomize\.py|usercustomize\.py|[^/]*\.pth|node\.config\.json|\.noderc|bunfig\.toml|pip\.conf|\.pydistutils\.cfg`,
    ),
  },
  {
    what: 'configuration of the tests',
    always: false,
    names: name(
      String.raw`(?:vitest|vite|jest|playwright|cypress|karma|ava|wdio|nightwatch)\.(?:config|workspace|setup|conf)[^/]*\.(?:[cm]?[jt]s|json)|jest\.setup[^/]*|\.mocharc[^/]*|mocha\.opts|\.taprc|\.nycrc[^/]*|\.c8rc[^/]*|pytest\.ini|\.pytest\.ini|tox\.ini|\.coveragerc|noxfile\.py|nextest\.toml|\.codecov\.yml|codecov\.yml`,
    ),
  },
  {
    what: 'configuration of the linters',
    always: false,
    names: name(
      String.raw`eslint\.config\.[^/]*|\.eslintrc[^/]*|\.eslintignore|biome\.jsonc?|\.oxlintrc\.json|\.prettierrc[^/]*|\.prettierignore|\.?ruff\.toml|\.?pylintrc|\.flake8|\.?mypy\.ini|\.?clippy\.toml|\.?rustfmt\.toml|\.golangci\.(?:ya?ml|toml|json)|\.editorconfig`,
    ),
  },
  {
    what: 'configuration of the build',
    always: false,
    names: name(
      String.raw`tsconfig[^/]*\.json|jsconfig\.json|babel\.config\.[^/]*|\.babelrc[^/]*|\.swcrc|(?:webpack|rollup|esbuild|tsup)\.config\.[^/]*|\.cargo/config(?:\.toml)?|Makefile|justfile`,
    ),
  },
];

/** What a path configures, if it configures anything. */
export function configurationOf(path: string): { what: string; always: boolean; ofTests: boolean } | undefined {
  const kind = kinds.find(({ names }) => names.test(path));
  return kind && { what: kind.what, always: kind.always, ofTests: kind.what === 'configuration of the tests' };
}
