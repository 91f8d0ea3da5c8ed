import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { failureType } from '../schemas/failures.ts';
import type { BlobRef } from '../schemas/nouns.ts';
import type { Credentials } from './credentials.ts';
import { type Git, isGitFailure, openGit } from './git.ts';
import { openLocal } from './local.ts';
import { parseRepository, type RepositoryLocation } from './location.ts';
import { alone } from './lock.ts';
import { createMirror, fetchInto, heldOf, holdsAll, noteMade } from './mirror.ts';
import { importPacks, linksBack, type PackStore } from './packs.ts';
import { unreachable } from './refList.ts';

/** Bare copies of repositories under `<home>/mirrors`, one per repository, shared by all processes of this machine. */
export type Mirrors = {
  /**
   * Makes sure that the commits and their histories are in the mirror, then reads it. A commit is fetched once; when the mirror turns out to be
   * damaged it is fetched anew and the work done again, so `work` only reads, or does the same twice. Commits that the repository does not have
   * come from the store, by `objects`. Fails with `RepositoryNotFound`, `NotARepository`, `RefNotFound` (the commit is gone), `SourceUnreachable`
   * or `ArtifactMissing`.
   */
  read<T>(reading: MirrorReading, work: (mirror: Mirror) => Promise<T>): Promise<T>;
};

export type MirrorReading = {
  repository: string;
  commits: readonly string[];
  /** Newest link of the packs that lead to the commits: see `Change.objects`. */
  objects?: BlobRef;
  signal?: AbortSignal;
};
export type Mirror = { gitDir: string; git: Git };

/** `credentials` are asked for each fetch over HTTP, so that a token may change or end; `store` has the commits that Mainstay made. */
export function createMirrors({ home, credentials, store }: { home: string; credentials?: Credentials; store?: PackStore }): Mirrors {
  const folder = join(home, 'mirrors');

  async function ensure({ repository, commits, objects, signal }: MirrorReading): Promise<Mirror> {
    const location = parseRepository(repository);
    const gitDir = pathOf(folder, location);
    const git = openGit({ gitDir, signal });
    if (await holdsAll(gitDir, git, commits)) return { gitDir, git };
    await mkdir(folder, { recursive: true });
    await alone(gitDir, signal, (until) => fill({ location, gitDir, commits, credentials, objects, store }, until));
    return { gitDir, git };
  }

  return {
    async read(reading, work) {
      const mirror = await ensure(reading);
      try {
        return await work(mirror);
      } catch (error) {
        if (!isGitFailure(error)) throw error;
      }
      await alone(mirror.gitDir, reading.signal, () => setAside(mirror.gitDir));
      return await work(await ensure(reading));
    },
  };
}

type Filling = {
  location: RepositoryLocation;
  gitDir: string;
  commits: readonly string[];
  credentials?: Credentials;
  objects?: BlobRef;
  store?: PackStore;
};

async function fill(filling: Filling, signal: AbortSignal): Promise<void> {
  const { gitDir, commits, objects, store } = filling;
  if (await holdsAll(gitDir, openGit({ gitDir, signal }), commits)) return;
  await removeLeftovers(gitDir);
  if (objects && store) {
    await takeMade({ ...filling, objects, store }, signal).catch(async (error: unknown) => {
      // Locks that a killed git left, or objects that are damaged: the repository and the store have all of it.
      if (!isGitFailure(error)) throw error;
      await setAside(gitDir);
      await takeMade({ ...filling, objects, store }, signal);
    });
  }
  await takeFetched(filling, signal);
}

/** Takes what the store has. Commits beside the chain, as the second side of a merge, are in the packs too, which a fetch then finds. */
async function takeMade(filling: Filling & Required<Pick<Filling, 'objects' | 'store'>>, signal: AbortSignal): Promise<void> {
  const { gitDir, objects, store } = filling;
  const git = openGit({ gitDir, signal });
  const missing = () => linksBack({ newest: objects, store, heldOf: (some) => heldOf(gitDir, git, some) });
  let links = await missing();
  const oldest = links.at(-1);
  if (oldest !== undefined && !(await holdsAll(gitDir, git, [oldest.on]))) {
    await takeFetched({ ...filling, commits: [oldest.on] }, signal);
    // Fetching may have put a new mirror in the place of a damaged one.
    links = await missing();
  }
  await importPacks(git, links.reverse(), store);
  await noteMade(
    git,
    links.map(({ commit }) => commit),
  );
}

async function takeFetched({ location, gitDir, commits, credentials }: Filling, signal: AbortSignal): Promise<void> {
  const git = openGit({ gitDir, signal });
  if (await holdsAll(gitDir, git, commits)) return;
  if (location.transport === 'file') await openLocal(location, signal);

  if (existsSync(gitDir)) {
    const complaint = await fetchInto(git, location, commits, credentials);
    if (complaint === undefined) return;
    const meant = unreachable(location, complaint);
    if (failureType(meant) !== 'SourceUnreachable') throw meant;
  }
  // A new mirror takes the place of an old one, which a killed process may have damaged, only when the source really answers.
  const fresh = `${gitDir}.new`;
  await createMirror(fresh, signal);
  const complaint = await fetchInto(openGit({ gitDir: fresh, signal }), location, commits, credentials);
  if (complaint !== undefined) throw unreachable(location, complaint);
  await setAside(gitDir);
  await rename(fresh, gitDir);
}

/** What killed processes left beside a mirror; called by the holder of its lock. */
async function removeLeftovers(gitDir: string): Promise<void> {
  for (const name of await readdir(dirname(gitDir))) {
    if (name.startsWith(`${basename(gitDir)}.new`) || name.startsWith(`${basename(gitDir)}.old`)) {
      await rm(join(dirname(gitDir), name), { recursive: true, force: true });
    }
  }
}

async function setAside(gitDir: string): Promise<void> {
  if (!existsSync(gitDir)) return;
  const aside = `${gitDir}.old`;
  await rm(aside, { recursive: true, force: true });
  await rename(gitDir, aside);
  await rm(aside, { recursive: true, force: true });
}

function pathOf(folder: string, location: RepositoryLocation): string {
  return join(folder, `${createHash('sha256').update(location.remote).digest('hex').slice(0, 32)}.git`);
}
