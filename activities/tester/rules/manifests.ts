import { posix } from 'node:path';
import { parse as parseToml } from 'smol-toml';

/** Scripts that check the project, and those that its install runs by itself. */
const checking = /^(?:pre|post)?(?:test|tests|lint|check|typecheck|types|tsc|build|coverage|cover|ci|verify)(?::|$)/;
const installing = /^(?:(?:pre|post)?install|(?:pre|post)?prepare|prepublish|preprepare|dependencies)$/;
const toolKeys = [
  'jest',
  'vitest',
  'mocha',
  'ava',
  'tap',
  'nyc',
  'c8',
  'eslintConfig',
  'eslintIgnore',
  'xo',
  'standard',
  'prettier',
  'babel',
  'lint-staged',
  'husky',
];
const tools =
  /^(?:vitest|jest|mocha|ava|tap|tape|uvu|chai|expect|assert|should|sinon|c8|nyc|eslint|oxlint|typescript|tsx|ts-node|supertest|playwright|@vitest\/.*|@jest\/.*|@playwright\/.*|@biomejs\/.*)$/;
const replaced = /^(?:file|link|portal|npm|git|git\+\w+|https?|github|workspace|patch):|^\.|^\/|^[\w-]+\/[\w-]+(?:#|$)/;

/** What a change of a package's manifest does to how the package is tested, linted, built or installed; each says what to put back. */
export function manifestFaults(path: string, before: string | undefined, after: string | undefined): string[] {
  switch (posix.basename(path)) {
    case 'package.json':
      return before === undefined && after !== undefined
        ? newPackageFaults(objectOf(after))
        : packageFaults(objectOf(before) ?? {}, objectOf(after));
    case 'pyproject.toml':
      return before === undefined ? [] : pyprojectFaults(tomlOf(before), tomlOf(after));
    case 'setup.cfg':
      return before === undefined ? [] : sectionFaults(before, after ?? '');
    case 'Cargo.toml':
      return before === undefined ? [] : cargoFaults(tomlOf(before), tomlOf(after));
    default:
      return [];
  }
}

type Table = Readonly<Record<string, unknown>>;

function packageFaults(before: Table, after: Table | undefined): string[] {
  if (after === undefined) return ['it is gone, or cannot be read: put it back'];
  const [was, is] = [tableAt(before, 'scripts'), tableAt(after, 'scripts')];
  const changed = Object.keys({ ...was, ...is }).filter((script) => was[script] !== is[script]);
  return [
    ...changed.flatMap((script) => scriptFault(script, was)),
    ...toolKeys.filter((key) => !isEqual(before[key], after[key])).map((key) => `"${key}" decides how the project is checked: put it back`),
    ...dependencyFaults(before, after),
  ];
}

function newPackageFaults(after: Table | undefined): string[] {
  if (after === undefined) return ['it cannot be read as JSON'];
  const installs = Object.keys(tableAt(after, 'scripts')).filter((script) => installing.test(script));
  return [...installs.map((script) => `the script "${script}" would run at every install: take it away`), ...dependencyFaults({}, after)];
}

function scriptFault(script: string, was: Table): string[] {
  if (installing.test(script))
    return [`the script "${script}" would run at every install: ${script in was ? 'put it back' : 'take it away'}`];
  // A script that wraps one which was there changes that one.
  const wraps = /^(?:pre|post)/.test(script) && script.replace(/^(?:pre|post)/, '') in was;
  return checking.test(script) && (script in was || wraps)
    ? [`the script "${script}" decides how the project is checked: put it back`]
    : [];
}

function dependencyFaults(before: Table, after: Table): string[] {
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
  const replacements = kinds.flatMap((kind) => {
    const was = tableAt(before, kind);
    return Object.entries(tableAt(after, kind)).filter(
      ([name, range]) => tools.test(name) && range !== was[name] && replaced.test(String(range)),
    );
  });
  const overrides = ['overrides', 'resolutions', 'pnpm'].filter((key) => {
    const names = JSON.stringify(after[key] ?? null).match(/[@\w/.-]+/g) ?? [];
    return !isEqual(before[key], after[key]) && names.some((name) => tools.test(name));
  });
  return [
    ...replacements.map(([name]) => `${name} is replaced by something else than its release: name a version`),
    ...overrides.map((key) => `"${key}" replaces a tool that checks the project: put it back`),
  ];
}

function pyprojectFaults(before: Table | undefined, after: Table | undefined): string[] {
  if (after === undefined) return ['it is gone, or cannot be read: put it back'];
  const [was, is] = [tableAt(before ?? {}, 'tool'), tableAt(after, 'tool')];
  const decides = ['pytest', 'coverage', 'tox', 'nox', 'ruff', 'pylint', 'mypy', 'pyright', 'bandit', 'flake8', 'black', 'isort'];
  return decides
    .filter((tool) => !isEqual(was[tool], is[tool]))
    .map((tool) => `[tool.${tool}] decides how the project is checked: put it back`);
}

function sectionFaults(before: string, after: string): string[] {
  const sections = (text: string) => new Map(text.split(/^(?=\[)/m).map((part) => [/^\[([^\]]+)\]/.exec(part)?.[1] ?? '', part.trim()]));
  const [was, is] = [sections(before), sections(after)];
  const changed = [...new Set([...was.keys(), ...is.keys()])].filter((section) => was.get(section) !== is.get(section));
  return changed
    .filter((section) => /^(?:tool:pytest|pytest|flake8|pylint.*|mypy.*|coverage:.*|tox.*|isort|pycodestyle)$/i.test(section))
    .map((section) => `[${section}] decides how the project is checked: put it back`);
}

function cargoFaults(before: Table | undefined, after: Table | undefined): string[] {
  if (after === undefined) return ['it is gone, or cannot be read: put it back'];
  const said = (table: Table) => [
    table.test,
    tableAt(table, 'package').autotests,
    tableAt(table, 'lib').test,
    tableAt(table, 'lib').harness,
    table.lints,
  ];
  return isEqual(said(before ?? {}), said(after)) ? [] : ['its settings of tests or lints changed: put them back'];
}

function objectOf(text: string | undefined): Table | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isTable(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function tomlOf(text: string | undefined): Table | undefined {
  try {
    return text === undefined ? undefined : parseToml(text);
  } catch {
    return undefined;
  }
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function tableAt(table: Table, key: string): Table {
  const value = table[key];
  return isTable(value) ? value : {};
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
