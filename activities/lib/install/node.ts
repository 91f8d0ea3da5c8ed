import type { NodePackage, Project } from '../../../repository/project.ts';
import type { FileTree } from '../../../repository/tree.ts';
import { managerTool } from './nodeManager.ts';
import { depsFolder, inside, type InstallStep, place } from './step.ts';

const largestLock = 64 * 2 ** 20;

/** One step per lock file (or workspace root, or lone package), with the package manager before it where it is not npm. */
export async function nodeSteps(project: Project, tree: FileTree, trusted: boolean): Promise<InstallStep[]> {
  const packages = project.packages.filter((pkg): pkg is NodePackage => pkg.language === 'node');
  const steps: InstallStep[] = [];
  for (const [directory, covered] of installRoots(packages)) {
    const needed = covered.some((pkg) => pkg.members.length > 0 || Object.keys(pkg.dependencies).length > 0);
    const root = covered.find((pkg) => pkg.directory === directory) ?? covered[0];
    if (root === undefined || (!needed && root.manager === 'npm')) continue;
    const lockFile = covered.find((pkg) => pkg.lockFile !== undefined)?.lockFile;
    const lock = lockFile === undefined ? undefined : ((await tree.read(lockFile, largestLock)) ?? '');
    const tool = await managerTool({ root, tree, lock });
    if (tool) steps.push(tool.step);
    if (!needed) continue;
    const recipe = recipes[root.manager]({ locked: lock !== undefined, trusted, berry: tool?.berry ?? false });
    steps.push({
      name: `${recipe.name}${place(directory)}`,
      directory,
      command: recipe.command,
      env: { ...recipe.env, ...(tool ? { MAINSTAY_TOOLS: `{root}/${depsFolder}/tools/node_modules/.bin` } : {}) },
      files: {},
      inputs: { ...(lockFile === undefined ? {} : { [lockFile]: lock ?? '' }), ...(await manifests(covered, directory, tree)) },
      keep: [
        'node_modules',
        ...(tool?.berry ? ['.pnp.cjs', '.pnp.loader.mjs', '.yarn/cache', '.yarn/unplugged'].map((path) => inside(directory, path)) : []),
      ],
      notices: lock === undefined ? [`no lock file${place(directory)}: versions are those that the registry gives today`] : [],
    });
  }
  return steps;
}

/** Packages by the folder in which their dependencies are installed. */
function installRoots(packages: NodePackage[]): Map<string, NodePackage[]> {
  const roots = new Map<string, NodePackage[]>();
  for (const pkg of packages) {
    const owner = packages.find((other) => other.members.includes(pkg.directory));
    const root = pkg.lockFile === undefined ? (owner?.directory ?? pkg.directory) : pkg.lockFile.split('/').slice(0, -1).join('/');
    roots.set(root, [...(roots.get(root) ?? []), pkg]);
  }
  return roots;
}

type Choice = { locked: boolean; trusted: boolean; berry: boolean };
type Recipe = { name: string; command: string; env: Record<string, string> };

const onTools = 'PATH="$MAINSTAY_TOOLS:$PATH" ';

// Lifecycle scripts are programs of strangers, so an untrusted repository installs without them.
const recipes: Record<NodePackage['manager'], (choice: Choice) => Recipe> = {
  npm({ locked, trusted }) {
    const command = `npm ${locked ? 'ci' : 'install --no-package-lock'} --no-audit --no-fund --loglevel=error${trusted ? '' : ' --ignore-scripts'}`;
    return { name: locked ? 'npm ci' : 'npm install', command, env: {} };
  },
  pnpm({ locked, trusted }) {
    const command = `${onTools}pnpm install ${locked ? '--frozen-lockfile' : '--no-lockfile'}${trusted ? '' : ' --ignore-scripts --ignore-pnpmfile'}`;
    return { name: 'pnpm install', command, env: {} };
  },
  yarn({ locked, trusted, berry }) {
    if (berry) {
      const env = {
        YARN_ENABLE_SCRIPTS: String(trusted),
        YARN_ENABLE_TELEMETRY: '0',
        YARN_ENABLE_GLOBAL_CACHE: 'false',
        YARN_IGNORE_PATH: trusted ? '0' : '1',
      };
      return { name: 'yarn install', command: `${onTools}yarn install ${locked ? '--immutable' : '--no-immutable'}`, env };
    }
    const command = `${onTools}yarn install --non-interactive ${locked ? '--frozen-lockfile' : '--no-lockfile'}${trusted ? '' : ' --ignore-scripts'}`;
    return { name: 'yarn install', command, env: { YARN_IGNORE_PATH: trusted ? '0' : '1' } };
  },
  bun({ locked, trusted }) {
    return {
      name: 'bun install',
      command: `${onTools}bun install ${locked ? '--frozen-lockfile' : '--no-save'}${trusted ? '' : ' --ignore-scripts'}`,
      env: {},
    };
  },
};

const deciding = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'overrides', 'resolutions', 'packageManager', 'workspaces', 'pnpm', 'trustedDependencies', 'patchedDependencies'] as const; // prettier-ignore
const settings = ['.npmrc', '.yarnrc', '.yarnrc.yml', 'pnpm-workspace.yaml', '.pnpmfile.cjs', 'bunfig.toml'];

/** What of the manifests decides an install: not the scripts, which change often. */
async function manifests(covered: NodePackage[], directory: string, tree: FileTree): Promise<Record<string, string>> {
  const inputs: Record<string, string> = {};
  for (const pkg of covered) {
    const path = inside(pkg.directory, 'package.json');
    inputs[path] = dependencyFields((await tree.read(path)) ?? '');
  }
  const patches = (await tree.list()).filter(
    (path) => path.startsWith(directory === '' ? '' : `${directory}/`) && /(?:^|\/)patches\//.test(path),
  );
  for (const path of [...settings.map((name) => inside(directory, name)), ...patches]) {
    const text = await tree.read(path);
    if (text !== undefined) inputs[path] = text;
  }
  return inputs;
}

function dependencyFields(text: string): string {
  try {
    const manifest = JSON.parse(text) as Record<string, unknown>;
    return JSON.stringify(deciding.map((field) => manifest[field]));
  } catch {
    // The install will name the mistake; for the key the text will do.
    return text;
  }
}
