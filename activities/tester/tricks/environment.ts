/** Variables by which a program can tell that it is being tested. */
const ofRunners =
  /^(?:NODE_TEST_(?:CONTEXT|WORKER_ID)|JEST_WORKER_ID|VITEST(?:_\w+)?|MOCHA_\w+|AVA_PATH|TAP_\w+|PLAYWRIGHT_\w*|CYPRESS|PYTEST_\w+|TOX_ENV_\w+|NODE_V8_COVERAGE|COVERAGE_\w+|MAINSTAY\w*|GITHUB_ACTIONS|npm_lifecycle_(?:event|script)|CONTINUOUS_INTEGRATION)$/;

export function tellsOfTests(name: string): boolean {
  return ofRunners.test(name);
}

/** Variables that say so only where they are read from the environment. */
export function tellsOfTestsInEnvironment(name: string): boolean {
  return tellsOfTests(name) || /^(?:CI|NODE_OPTIONS)$/.test(name);
}

/** Words of reports and of their makers, with which only a forger of reports has to do. */
export function namesReports(text: string): boolean {
  return /\.mainstay-out|--test-reporter|--junit-?xml|outputFile\.junit/i.test(text);
}
