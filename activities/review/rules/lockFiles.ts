import { posix } from 'node:path';
import type { Change, ChangedFile, Rule } from '../change.ts';
import { weighed } from '../comments.ts';
import { readDependencies } from '../dependencies/readManifest.ts';

/** Which lock files go with which manifest. */
const pairs: Readonly<Record<string, readonly string[]>> = {
  'package.json': ['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock', 'bun.lockb'],
  'pyproject.toml': ['poetry.lock', 'uv.lock', 'pdm.lock'],
  Pipfile: ['Pipfile.lock'],
  'Cargo.toml': ['Cargo.lock'],
  'go.mod': ['go.sum'],
  Gemfile: ['Gemfile.lock'],
  'composer.json': ['composer.lock'],
};

/** A lock file that changed without a manifest, and dependencies that changed without the lock file that is there. */
export const lockFiles: Rule = async (change, { lock_files: weight }) => {
  if (weight === 'off') return [];
  const present = new Set(await change.after.list());
  const changed = change.files.filter(({ status }) => status !== 'deleted');
  const comments = [];
  for (const file of changed) {
    if (isLoneLock(change, file)) {
      const message =
        'The lock file changed, its manifest did not. That is right for an update within the ranges; else look where it comes from.';
      comments.push({ rule: 'lock_files', path: file.path, message });
    }
    const forgotten = await forgottenLock(change, file, present);
    if (forgotten !== undefined) {
      comments.push({
        rule: 'lock_files',
        path: file.path,
        message: `Dependencies changed, but ${forgotten} did not: run the package manager and commit it.`,
      });
    }
  }
  return weighed(weight, comments);
};

/** A lock file may belong to the manifests of a whole workspace, which lie below it. */
function isLoneLock({ files }: Change, { path }: ChangedFile): boolean {
  const manifest = Object.entries(pairs).find(([, locks]) => locks.includes(posix.basename(path)))?.[0];
  if (manifest === undefined) return false;
  const folder = folderOf(path);
  return !files.some((other) => posix.basename(other.path) === manifest && other.path.startsWith(folder));
}

async function forgottenLock(
  { files, before, after }: Change,
  { path, status }: ChangedFile,
  present: ReadonlySet<string>,
): Promise<string | undefined> {
  const names = pairs[posix.basename(path)];
  if (names === undefined || status === 'renamed') return undefined;
  const lock = foldersAbove(path).flatMap((folder) => names.map((name) => `${folder}${name}`)).find((name) => present.has(name)); // prettier-ignore
  if (lock === undefined || files.some((file) => file.path === lock)) return undefined;
  const [old, now] = [await readDependencies(before, path), await readDependencies(after, path)];
  return old !== undefined && now !== undefined && asksFor(old) !== asksFor(now) ? lock : undefined;
}

function asksFor(dependencies: readonly { name: string; spec: string }[]): string {
  return JSON.stringify(dependencies.map(({ name, spec }) => `${name} ${spec}`).sort());
}

function folderOf(path: string): string {
  const folder = posix.dirname(path);
  return folder === '.' ? '' : `${folder}/`;
}

/** The folder of a path and those above it, each with its `/`, nearest first. */
function foldersAbove(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return [...parts.keys(), parts.length].reverse().map((count) => parts.slice(0, count).map((part) => `${part}/`).join('')); // prettier-ignore
}
