import { describe, expect, it } from 'vitest';
import { constraintsOfLock } from '../../../../activities/lib/install/lockConstraints.ts';
import { installPlan } from '../../../../activities/lib/install/plan.ts';
import { versionRange } from '../../../../activities/lib/install/poetry.ts';
import { detectProject } from '../../../../repository/detect/detectProject.ts';
import { treeOf } from '../../../support/memoryTree.ts';

/** Lines of the requirements and constraints that pip is given. */
async function pipReads(files: Record<string, string>): Promise<{ requirements: string[]; constraints: string[] }> {
  const tree = treeOf(files);
  const [step] = await installPlan(await detectProject(tree), tree, false);
  const lines = (name: string) => (step?.files[`.mainstay-deps/${name}.txt`] ?? '').split('\n').filter(Boolean);
  return { requirements: lines('requirements'), constraints: lines('constraints') };
}

const projects: [string, Record<string, string>, string[], string[]][] = [
  [
    'the standard tables, with extras of extras and groups of groups',
    {
      'pyproject.toml': `[project]\nname = "Shop"\nversion = "1.0"\ndependencies = ["six>=1.10"]\n[project.optional-dependencies]\ntest = ["shop[more]", "pytest>=8"]\nmore = ["attrs"]\n[dependency-groups]\ndev = [{include-group = "lint"}]\nlint = ["idna"]\n`,
    },
    ['six>=1.10', 'pytest>=8', 'attrs', 'idna'],
    ['shop'],
  ],
  [
    "Poetry's tables, pinned by its lock",
    {
      'pyproject.toml': `[tool.poetry]\nname = "shop"\nversion = "1.0"\n[tool.poetry.dependencies]\npython = "^3.9"\nsix = "^1.15"\nlocal = {path = "../local"}\n[tool.poetry.group.dev.dependencies]\npytest = {version = "~8.1", extras = ["dev"]}\n[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n`,
      'poetry.lock': '[[package]]\nname = "six"\nversion = "1.16.0"\n',
    },
    ['six>=1.15,<2', 'pytest[dev]>=8.1,<8.2', 'poetry-core'],
    ['python', 'local', '../local'],
  ],
  [
    'requirements that include each other, without hashes, options and the project itself',
    {
      'requirements.txt': '--index-url https://example.com\n-r base.txt\n-e .\n./wheels/x.whl\nattrs  # why\n',
      'base.txt': '-r requirements.txt\nsix==1.16.0 \\\n    --hash=sha256:abc\n',
      'setup.cfg': '[metadata]\nname = shop\n[options]\ninstall_requires =\n    idna>=3\n',
      'setup.py': 'from setuptools import setup\nsetup()\n',
    },
    ['six==1.16.0', 'attrs', 'idna>=3'],
    ['-e .', '--index-url https://example.com', './wheels/x.whl'],
  ],
]; // prettier-ignore

describe('what pip installs', () => {
  it.each(projects)('is read from %s', async (_title, files, wanted, unwanted) => {
    const { requirements } = await pipReads(files);
    expect(requirements).toEqual(expect.arrayContaining(wanted));
    for (const line of unwanted) expect(requirements).not.toContain(line);
  });

  it('is held to the lock', async () => {
    expect((await pipReads(projects[1]?.[1] ?? {})).constraints).toEqual(['six==1.16.0']);
  });

  it.each([
    ['one version of the index', '[[package]]\nname = "a"\nversion = "1"\nsource = { registry = "https://x" }\n', ['a==1']],
    ['not several versions', '[[package]]\nname = "a"\nversion = "1"\n[[package]]\nname = "a"\nversion = "2"\n', []],
    ['nothing local', '[[package]]\nname = "a"\nversion = "1"\nsource = { editable = "." }\n', []],
    ['nothing from a broken file', '[[package', []],
  ])('takes from a lock %s', (_title, text, expected) => {
    expect(constraintsOfLock(text)).toEqual(expected);
  });

  it.each([
    ['^1.2.3', '>=1.2.3,<2'],
    ['^0.2.3', '>=0.2.3,<0.3'],
    ['^0.0.3', '>=0.0.3,<0.0.4'],
    ['^0', '>=0,<1'],
    ['~1.2', '>=1.2,<1.3'],
    ['~1', '>=1,<2'],
    ['1.2.3', '==1.2.3'],
    ['>=1,<2', '>=1,<2'],
    ['*', ''],
    ['^1 || ^2', ''],
  ])("translates Poetry's %s to %j", (range, expected) => {
    expect(versionRange(range)).toBe(expected);
  });
});
