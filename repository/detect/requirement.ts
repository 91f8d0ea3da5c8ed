/** Normalised name of a requirement (PEP 503): lower case, runs of `-_.` as one `-`; undefined for options, URLs and paths. */
export function requirementName(line: string): string | undefined {
  const name = /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:$|[[<>=!~;@(,#\s])/.exec(line)?.[1];
  return name?.toLowerCase().replace(/[-_.]+/g, '-');
}

/** Names of many, each once. */
export function requirementNames(lines: readonly string[]): string[] {
  return [...new Set(lines.map(requirementName).filter((name) => name !== undefined))];
}

const testTools =
  /^(?:pytest|coverage|hypothesis|ruff|flake8|pylint|mypy|tox|nox|nose2?|mock|trio|anyio|asynctest|responses|freezegun)(?:-|$)/;
const testNames = /^(?:tests?|testing|unit-?tests?|dev|devel|develop|development|ci|qa|lint|linting|cov|coverage|check|checks|quality)$/i;

/** Whether an extra, group or environment is for testing: by its name, or by a test tool among its requirements. */
export function isForTests(name: string, requirements: readonly string[]): boolean {
  return testNames.test(name) || requirementNames(requirements).some((requirement) => testTools.test(requirement));
}
