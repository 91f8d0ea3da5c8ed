import type { Project } from '../../../repository/project.ts';
import type { FileTree } from '../../../repository/tree.ts';
import { depsFolder, inside, type InstallStep, place } from './step.ts';

const largestLock = 64 * 2 ** 20;

/** Modules, and a build cache with what they and the standard library compile to: each box starts without one, and would take half a minute. */
export async function goSteps(project: Project, tree: FileTree): Promise<InstallStep[]> {
  const steps: InstallStep[] = [];
  for (const { language, directory } of project.packages) {
    if (language !== 'go') continue;
    const inputs = await read(
      tree,
      ['go.mod', 'go.sum', 'go.work', 'go.work.sum'].map((name) => inside(directory, name)),
    );
    const requires = /^\s*(?:require|toolchain|tool|use)\b/m.test(Object.values(inputs).join('\n'));
    steps.push({
      name: `${requires ? 'go mod download' : 'go build cache'}${place(directory)}`,
      directory,
      // `-exec true` compiles and links the tests without running any; code that does not compile is for the stages to tell.
      command: `${requires ? 'go mod download && ' : ''}{ go test -exec true -run '^$' ./... >/dev/null 2>&1 || true; }`,
      env: { GOMODCACHE: `{root}/${depsFolder}/gomod`, GOCACHE: `{root}/${depsFolder}/gocache`, GOFLAGS: '-modcacherw' },
      files: {},
      inputs,
      keep: [depsFolder],
      notices: [],
    });
  }
  return steps;
}

/** `cargo fetch` for each crate or workspace of crates that has a lock file, or stands alone. */
export async function cargoSteps(project: Project, tree: FileTree): Promise<InstallStep[]> {
  const crates = project.packages.filter((pkg) => pkg.language === 'rust');
  const roots = new Set(
    crates.map((crate) => (crate.lockFile === undefined ? outermost(crate.directory, crates) : folderOf(crate.lockFile))),
  );
  const steps: InstallStep[] = [];
  for (const directory of roots) {
    const below = directory === '' ? '' : `${directory}/`;
    const manifests = (await tree.list()).filter((path) => path.startsWith(below) && /(?:^|\/)Cargo\.toml$/.test(path));
    const lock = inside(directory, 'Cargo.lock');
    const inputs = await read(tree, [...manifests, lock, inside(directory, 'rust-toolchain.toml'), inside(directory, 'rust-toolchain')]);
    if (!/dependencies/.test(Object.values(inputs).join('\n'))) continue;
    const locked = inputs[lock] !== undefined;
    steps.push({
      name: `cargo fetch${place(directory)}`,
      directory,
      command: `cargo fetch${locked ? ' --locked' : ''}`,
      env: { CARGO_HOME: `{root}/${depsFolder}/cargo` },
      files: {},
      inputs,
      keep: [depsFolder, ...(locked ? [] : [lock])],
      notices: locked ? [] : [`no Cargo.lock${place(directory)}: versions are those that the registry gives today`],
    });
  }
  return steps;
}

function outermost(directory: string, crates: readonly { directory: string }[]): string {
  const above = crates
    .map((crate) => crate.directory)
    .filter((other) => other === '' || directory === other || directory.startsWith(`${other}/`));
  return above.sort((a, b) => a.length - b.length)[0] ?? directory;
}

function folderOf(path: string): string {
  return path.split('/').slice(0, -1).join('/');
}

async function read(tree: FileTree, paths: readonly string[]): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const path of paths) {
    const text = await tree.read(path, largestLock);
    if (text !== undefined) found[path] = text;
  }
  return found;
}
