import { mkdir, readdir, rm } from 'node:fs/promises';
import { readBlobs } from '../../repository/blobs.ts';
import type { Credentials } from '../../repository/credentials.ts';
import { listEntries, type TreeEntry } from '../../repository/entries.ts';
import { type Git, gitFailed, openGit } from '../../repository/git.ts';
import { inspectEntries, refused } from '../../repository/inspect.ts';
import { createMirrors } from '../../repository/mirrors.ts';
import type { PackStore } from '../../repository/packs.ts';
import { failure } from '../../schemas/failures.ts';
import type { Source } from '../../schemas/source.ts';

export type Workspaces = {
  /**
   * Writes the files of the source's commit into a folder that is new or empty, without `.git`. Contents are byte for byte those of the commit:
   * no filter, no line-end conversion, LFS pointers stay pointers, submodules stay empty folders (the notices name them). Safe side by side.
   * Fails with `RepositoryRefused` when the tree could reach outside the folder or is too large; then nothing is left in the folder.
   */
  checkOut(source: Source, to: string, signal?: AbortSignal): Promise<{ notices: string[] }>;
};

export function createWorkspaces({ home, credentials, store }: { home: string; credentials?: Credentials; store?: PackStore }): Workspaces {
  const mirrors = createMirrors({ home, credentials, store });

  return {
    checkOut({ repository, commit, objects }, to, signal) {
      return mirrors.read({ repository, commits: [commit], objects, signal }, async ({ gitDir, git }) => {
        const entries = await listEntries(git, commit);
        await inspectEntries(git, entries);
        await mkdir(to, { recursive: true });
        if ((await readdir(to)).length > 0) throw failure('InvalidInput', `${to}: a workspace is checked out into an empty folder only`);
        await writeFiles({ gitDir, commit, to, signal });
        return { notices: await noticesOf(git, entries) };
      });
    },
  };
}

type Checkout = { gitDir: string; commit: string; to: string; signal?: AbortSignal };

async function writeFiles({ gitDir, commit, to, signal }: Checkout): Promise<void> {
  // An index of its own lets many checkouts share the mirror without waiting for each other.
  const env = { GIT_INDEX_FILE: `${to}.index` };
  const git = openGit({ gitDir, workTree: to, directory: to, signal, settings: ['core.bare=false', 'core.symlinks=true'] });
  try {
    const read = await git.attempt(['read-tree', commit], { env });
    const invalid = /invalid path '(.*)'/.exec(read.error)?.[1];
    if (invalid !== undefined) throw refused(invalid, 'is a path that git refuses');
    if (read.exitCode !== 0) throw gitFailed(['read-tree'], read.exitCode, read.error);
    await git.run(['checkout-index', '--all', '--quiet'], { env });
  } catch (error) {
    await rm(to, { recursive: true, force: true });
    throw error;
  } finally {
    await rm(env.GIT_INDEX_FILE, { force: true });
    await rm(`${env.GIT_INDEX_FILE}.lock`, { force: true });
  }
}

async function noticesOf(git: Git, entries: readonly TreeEntry[]): Promise<string[]> {
  const submodules = entries.filter(({ kind }) => kind === 'submodule').map(({ path }) => path);
  const rules = entries.find(({ path }) => path === '.gitattributes');
  const [attributes] = rules === undefined ? [] : await readBlobs(git, [rules.id]);
  return [
    ...(submodules.length === 0 ? [] : [`submodules are left out: ${submodules.slice(0, 10).join(', ')}`]),
    ...(attributes?.includes('filter=lfs') ? ['files kept in Git LFS are there as pointers only'] : []),
  ];
}
