import { mkdir, readdir, rm } from 'node:fs/promises';
import { listEntries, type TreeEntry } from '../../repository/entries.ts';
import { openGit } from '../../repository/git.ts';
import { inspectEntries } from '../../repository/inspect.ts';
import { createMirrors } from '../../repository/mirrors.ts';
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

export function createWorkspaces({ home }: { home: string }): Workspaces {
  const mirrors = createMirrors({ home });

  return {
    async checkOut(source, to, signal) {
      const { gitDir, git } = await mirrors.ensure(source.repository, [source.commit], signal);
      const entries = await listEntries(git, source.commit);
      await inspectEntries(git, entries);

      await mkdir(to, { recursive: true });
      if ((await readdir(to)).length > 0) throw failure('InvalidInput', `${to}: a workspace is checked out into an empty folder only`);
      // An index of its own lets many checkouts share the mirror without waiting for each other.
      const env = { GIT_INDEX_FILE: `${to}.index` };
      const files = openGit({ gitDir, workTree: to, directory: to, signal, settings: ['core.bare=false'] });
      try {
        await files.run(['read-tree', source.commit], { env });
        await files.run(['checkout-index', '--all', '--quiet'], { env });
      } catch (error) {
        await rm(to, { recursive: true, force: true });
        throw error;
      } finally {
        await rm(env.GIT_INDEX_FILE, { force: true });
      }
      return { notices: noticesOf(entries) };
    },
  };
}

function noticesOf(entries: readonly TreeEntry[]): string[] {
  const submodules = entries.filter(({ kind }) => kind === 'submodule').map(({ path }) => path);
  return submodules.length === 0 ? [] : [`left out ${submodules.length === 1 ? 'a submodule' : 'submodules'}: ${submodules.join(', ')}`];
}
