import type { PythonPackage } from '../project.ts';
import type { BuildTarget, LintTool, TestTool } from './choice.ts';

const lintLines: Record<string, string> = { ruff: 'ruff check .', flake8: 'flake8 .', pylint: 'pylint --recursive=y .' };

/** ruff, flake8 and pylint where the project configures or declares them. */
export function pythonLint(pkg: PythonPackage): LintTool[] {
  return Object.entries(lintLines)
    .filter(([tool]) => pkg.tools.includes(tool) || pkg.dependencies.includes(tool))
    .map(([tool, line]) => {
      const version = pkg.toolVersions?.[tool];
      return {
        kind: 'tool', language: 'python', directory: pkg.directory, command: line, line, tool,
        requires: pkg.dependencies.includes(tool) ? undefined : version === undefined ? tool : `${tool}==${version}`,
        why: pkg.tools.includes(tool) ? `${tool} is configured` : `${tool} is a declared dependency`,
      }; // prettier-ignore
    });
}

/** pytest where it is configured, declared, or there are test files for it or for unittest, which it runs too. */
export function pythonTest(pkg: PythonPackage): TestTool | undefined {
  const configured = pkg.tools.includes('pytest');
  const declared = pkg.dependencies.includes('pytest');
  if (!configured && !declared && !pkg.tools.includes('unittest')) return undefined;
  const withCoverage = pkg.dependencies.includes('pytest-cov');
  const coverage = pkg.tools.includes('coverage') || pkg.dependencies.includes('coverage');
  return {
    kind: 'tool', language: 'python', directory: pkg.directory, command: 'pytest', line: 'pytest', runner: 'pytest', before: [], also: [],
    coverage: withCoverage ? { tool: 'pytest-cov', where: 'declared dependency' } : coverage ? { tool: 'coverage', where: 'configuration' } : undefined,
    why: configured ? 'pytest is configured or its test files are there' : declared ? 'pytest is a declared dependency' : 'pytest runs the unittest files that are there',
  }; // prettier-ignore
}

/** Wheel and source archive by the project's build backend. */
export function pythonBuild(pkg: PythonPackage): BuildTarget[] {
  if (!pkg.installable) return [];
  return [
    {
      make: 'package',
      directory: pkg.directory,
      language: 'python',
      name: pkg.name,
      commands: ['python -m build'],
      why: 'the project declares how it is built',
    },
  ];
}
