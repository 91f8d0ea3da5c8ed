import type { Credentials } from '../../../repository/credentials.ts';
import { type Git, gitFailed } from '../../../repository/git.ts';
import { isAncestor, madeRef } from '../../../repository/mirror.ts';
import { createMirrors, type MirrorReading } from '../../../repository/mirrors.ts';
import { type PackLink, packSince } from '../../../repository/packs.ts';
import type { Change } from '../../../schemas/mind.ts';
import type { ArtifactStore } from '../workbench.ts';
import { commitMessage, signature } from './commitMessage.ts';
import type { Commits } from './commits.ts';
import { placeFiles } from './placeFiles.ts';
import { writeCommit } from './writeCommit.ts';

type Parts = { home: string; store: ArtifactStore; credentials?: Credentials };

/** Commits in the mirrors of this machine. What is made takes a few git processes, however large the repository and however long the chain is. */
export function createCommits({ home, store, credentials }: Parts): Commits {
  const mirrors = createMirrors({ home, credentials, store });

  /** Puts what a commit adds to `on` into the store. */
  async function keep(git: Git, on: Change, made: Pick<Change, 'commit' | 'tree'>): Promise<Change> {
    const pack = await store.put(await packSince(git, { commit: made.commit, on: on.commit }), 'application/x-git-packed-objects');
    const link: PackLink = { commit: made.commit, on: on.commit, pack, earlier: on.objects };
    return { ...made, objects: await store.put(JSON.stringify(link), 'application/json') };
  }

  return {
    async commit({ source: { repository }, on, files, words }, signal) {
      const message = commitMessage(words);
      const by = signature(words.at);
      const reading = { repository, commits: [on.commit], objects: on.objects, signal };
      return await mirrors.read(reading, async ({ git }) => {
        const placed = await placeFiles(git, on.commit, files);
        if (placed.length === 0) return on;
        return await keep(git, on, await writeCommit(git, { on: on.commit, files: placed, message, by, ref: madeRef }));
      });
    },

    async merge({ source: { repository }, into, change, words }, signal) {
      const message = commitMessage(words);
      const by = signature(words.at);
      const brought: MirrorReading = { repository, commits: [change.commit], objects: change.objects, signal };
      // Both have chains of their own; what the second reading holds, the first brought.
      await mirrors.read(brought, () => Promise.resolve());
      return await mirrors.read({ repository, commits: [into.commit], objects: into.objects, signal }, async ({ git }) => {
        if (await isAncestor(git, change.commit, into.commit)) return { merged: into };
        if (await isAncestor(git, into.commit, change.commit)) return { merged: change };
        const parents = [into.commit, change.commit] as const;
        const mergeTree = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', ...parents];
        const merged = await git.attempt(mergeTree);
        const [tree = '', ...conflicts] = merged.output.toString('utf8').split('\0').filter(Boolean);
        if (merged.exitCode === 1) return { conflicts: [...new Set(conflicts)].sort() };
        if (merged.exitCode !== 0) throw gitFailed(mergeTree, merged.exitCode, merged.error);
        const made = await writeCommit(git, { on: into.commit, second: change.commit, tree, message, by, ref: madeRef });
        return { merged: await keep(git, into, made) };
      });
    },
  };
}
