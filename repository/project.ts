/** A package or module of one language that a repository holds. */
export type Package = NodePackage | PythonPackage | GoModule | RustCrate;

type PackageBase = {
  /** Folder relative to the repository's root; '' is the root. */
  directory: string;
  name?: string;
  version?: string;
};

export type NodePackage = PackageBase & {
  language: 'node';
  manager: 'npm' | 'pnpm' | 'yarn' | 'bun';
  /** Path of the lock file that covers this package (possibly the workspace root's); absent: none is committed. */
  lockFile?: string;
  scripts: Record<string, string>;
  /** All declared dependencies of every kind, name → range. */
  dependencies: Record<string, string>;
  private: boolean;
  /** Directories of workspace members, when this is a workspace root. */
  members: string[];
  /** Tools that a file of this folder configures: eslint, biome, jest, vitest, tsc, nyc, … */
  tools?: string[];
};

export type PythonPackage = PackageBase & {
  language: 'python';
  manager: 'pip' | 'uv' | 'poetry' | 'pdm' | 'hatch';
  lockFile?: string;
  /** requirements*.txt files, in order. */
  requirements: string[];
  /** True when `pip install .` works (pyproject with a build backend, or setup.py). */
  installable: boolean;
  /** Requirements of the build backend. */
  buildRequires: string[];
  /** Normalised names of all declared dependencies, of every group and extra. */
  dependencies: string[];
  /** Extras and dependency groups that hold test tools (`test`, `dev`, `testing`, …). */
  testExtras: string[];
  testGroups: string[];
  /** Requirements for testing that stand only in a tool's environment (hatch, tox, requirements of its own): `pip install` takes them. */
  testRequires?: string[];
  /** Tools configured in pyproject/setup.cfg/own files: pytest, ruff, pylint, flake8, mypy, black, tox, … */
  tools: string[];
  /** Versions of tools that `.pre-commit-config.yaml` pins, tool → version. */
  toolVersions?: Record<string, string>;
};

export type GoModule = PackageBase & { language: 'go' };
export type RustCrate = PackageBase & { language: 'rust'; lockFile?: string };

/** What a repository holds, found by looking at its files. */
export type Project = {
  packages: Package[];
  /** Paths of Dockerfiles. */
  dockerfiles: string[];
};
