import { describe, expect, it } from 'vitest';
import { detectProject } from '../../../repository/detect/detectProject.ts';
import type { PythonPackage } from '../../../repository/project.ts';
import { buildTargets, lintTools, testRunner } from '../../../repository/tools.ts';
import { treeOf } from '../../support/memoryTree.ts';

async function pythonOf(files: Record<string, string>) {
  const project = await detectProject(treeOf(files));
  const packages = project.packages.filter((pkg): pkg is PythonPackage => pkg.language === 'python');
  const [pkg] = packages;
  return {
    packages,
    pkg,
    test: pkg && testRunner(project, pkg)?.why,
    lint: pkg ? lintTools(project, pkg).map(({ tool, requires }) => `${tool} ${requires ?? 'declared'}`) : [],
    builds: buildTargets(project).map(({ commands }) => commands.join()),
  };
}

const iniconfig = {
  'pyproject.toml': `
[build-system]
build-backend = "hatchling.build"
requires = ["hatch-vcs", "hatchling>=1.26"]
[project]
name = "iniconfig"
dynamic = ["version"]
[tool.hatch.envs.test]
dependencies = ["pytest"]
[[tool.hatch.envs.test.matrix]]
python = ["3.8", "3.13"]
[tool.mypy]
strict = true
[tool.pytest.ini_options]
testpaths = "testing"
`,
  '.pre-commit-config.yaml': 'repos:\n- repo: https://github.com/psf/black\n  rev: 22.12.0\n  hooks:\n  - id: black\n',
  'testing/test_iniconfig.py': 'import pytest\n',
};

describe('Python packages', () => {
  it('are read from pyproject.toml, Hatch environments and pre-commit', async () => {
    const { pkg, test, lint, builds } = await pythonOf(iniconfig);
    expect(pkg).toEqual({
      language: 'python', directory: '', name: 'iniconfig', version: undefined, manager: 'hatch', lockFile: undefined, installable: true, requirements: [],
      buildRequires: ['hatch-vcs', 'hatchling>=1.26'], dependencies: ['pytest'], testExtras: [], testGroups: [], testRequires: ['pytest'],
      tools: ['pytest', 'mypy', 'hatch', 'black'], toolVersions: { black: '22.12.0' },
    }); // prettier-ignore
    expect({ test, lint, builds }).toEqual({
      test: 'pytest is configured or its test files are there',
      lint: [],
      builds: ['python -m build'],
    });
  });

  it.each([
    ['uv with groups', { 'pyproject.toml': '[project]\nname = "a"\nversion = "1"\ndependencies = ["httpx>=0.2"]\n[dependency-groups]\ndev = ["pytest>=8", "Ruff"]\ndocs = ["mkdocs"]', 'uv.lock': '' }, { manager: 'uv', lockFile: 'uv.lock', installable: false, testGroups: ['dev'], dependencies: ['httpx', 'pytest', 'ruff', 'mkdocs'] }, ['ruff declared']],
    ['Poetry', { 'pyproject.toml': '[tool.poetry]\nname = "a"\nversion = "1"\n[tool.poetry.dependencies]\npython = "^3.10"\nrequests = "*"\n[tool.poetry.group.test.dependencies]\npytest = "^8"\n[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"', 'poetry.lock': '' }, { manager: 'poetry', name: 'a', installable: true, testGroups: ['test'], dependencies: ['requests', 'pytest'] }, []],
    ['Poetry without a package', { 'pyproject.toml': '[tool.poetry]\npackage-mode = false\n[tool.poetry.dev-dependencies]\npytest = "*"\n[build-system]\nrequires = ["poetry-core"]' }, { manager: 'poetry', installable: false, testGroups: ['dev'] }, []],
    ['PDM', { 'pyproject.toml': '[project]\nname = "a"\n[tool.pdm.dev-dependencies]\ntest = ["pytest"]\n[build-system]\nrequires = ["pdm-backend"]', 'pdm.lock': '' }, { manager: 'pdm', testGroups: ['test'] }, []],
    ['extras', { 'pyproject.toml': '[project]\nname = "a"\n[project.optional-dependencies]\ntesting = ["pytest-cov"]\nqa = ["flake8"]\nspeed = ["numpy"]\n[build-system]\nrequires = ["setuptools"]' }, { manager: 'pip', testExtras: ['testing', 'qa'], installable: true }, ['flake8 declared']],
    ['setup.cfg and tox', { 'setup.cfg': '[metadata]\nname = a\n[options]\ninstall_requires =\n    attrs>=20  # why\n    Foo_Bar; python_version < "3"\n[options.extras_require]\ntest = pytest\n[flake8]\nmax-line-length = 100', 'setup.py': 'from setuptools import setup\nsetup()', 'tox.ini': '[tox]\nenvlist = py\n[testenv]\ndeps =\n    hypothesis\n    py27: mock\n    -rdev-requirements.txt\ncommands = pytest\n', 'dev-requirements.txt': 'pytest-xdist==3\n-e .\n' }, { name: 'a', manager: 'pip', installable: true, buildRequires: ['setuptools', 'wheel'], testExtras: ['test'], testRequires: ['hypothesis'], requirements: ['dev-requirements.txt'], dependencies: ['pytest', 'attrs', 'foo-bar', 'hypothesis', 'pytest-xdist'] }, ['flake8 flake8']],
    ['only setup.py', { 'setup.py': 'setup(name="a", install_requires=["six", "attrs"], extras_require={"test": ["pytest"]}, tests_require=["mock"])' }, { installable: true, dependencies: ['six', 'attrs', 'pytest', 'mock'], testRequires: ['mock'] }, []],
    ['only requirements', { 'app.py': '', 'requirements.txt': 'flask\n', 'requirements/dev.txt': 'pytest\n', 'docs/requirements.txt': 'sphinx\n' }, { directory: '', installable: false, requirements: ['requirements.txt', 'requirements/dev.txt'], dependencies: ['flask', 'pytest'] }, []],
    ['a linter pinned for pre-commit', { 'pyproject.toml': '[project]\nname = "a"', '.pre-commit-config.yaml': 'repos:\n- repo: https://github.com/astral-sh/ruff-pre-commit\n  rev: v0.4.1\n  hooks: [{id: ruff}, {id: ruff-format}]\n' }, { toolVersions: { ruff: '0.4.1' } }, ['ruff ruff==0.4.1']],
    ['Pylint by its file', { 'pyproject.toml': '[project]\nname = "a"', '.pylintrc': '' }, { tools: ['pylint'] }, ['pylint pylint']],
  ])('are found: %s', async (_what, files, expected, lint) => {
    const found = await pythonOf(files);
    expect(found.pkg).toMatchObject(expected);
    expect(found.lint).toEqual(lint);
  }); // prettier-ignore

  it.each([
    ['pytest by conftest.py', { 'tests/conftest.py': '' }, 'pytest is configured or its test files are there'],
    ['pytest by a test function', { 'tests/test_a.py': 'def test_a():\n    assert True\n' }, 'pytest is configured or its test files are there'],
    ['pytest as a dependency', { 'requirements-dev.txt': 'pytest\n' }, 'pytest is a declared dependency'],
    ['unittest files', { 'tests/test_a.py': 'import unittest\nclass A(unittest.TestCase): pass\n' }, 'pytest runs the unittest files that are there'],
    ['nothing', { 'a.py': '' }, undefined],
  ])('are tested by what is there: %s', async (_what, files, why) => {
    expect((await pythonOf({ 'pyproject.toml': '[project]\nname = "a"', ...files })).test).toBe(why);
  }); // prettier-ignore

  it('share the lock file of a uv workspace', async () => {
    const files = { 'pyproject.toml': '[project]\nname = "root"\n[tool.uv.workspace]\nmembers = ["libs/*"]', 'uv.lock': '', 'libs/a/pyproject.toml': '[project]\nname = "a"' };
    expect((await pythonOf(files)).packages.map(({ directory, manager, lockFile }) => [directory, manager, lockFile])).toEqual([['', 'uv', 'uv.lock'], ['libs/a', 'uv', 'uv.lock']]);
  }); // prettier-ignore

  it('are not seen in a repository of another language that only configures a tool', async () => {
    expect((await pythonOf({ 'package.json': '{}', 'pyproject.toml': '[tool.ruff]\n' })).packages).toEqual([]);
  });

  it('are read without much work from files that are written to slow a reader down', async () => {
    const started = performance.now();
    const files = { 'setup.py': 'tests_require=['.repeat(4000), 'setup.cfg': `[a]\n${'x '.repeat(400_000)}`, 'tox.ini': ' '.repeat(800_000), 'tests/test_a.py': '\n'.repeat(200_000) };
    await pythonOf(files);
    expect(performance.now() - started).toBeLessThan(10_000);
  }); // prettier-ignore
});
