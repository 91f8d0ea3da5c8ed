import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { failureType } from '../schemas/failures.ts';
import type { Credentials } from './credentials.ts';
import { type Git, isGitFailure, openGit } from './git.ts';
import { openLocal } from './local.ts';
import { parseRepository, type RepositoryLocation } from './location.ts';
import { alone } from './lock.ts';
import { createMirror, fetchInto, holdsAll } from './mirror.ts';
import { unreachable } from './refList.ts';

/** Bare copies of repositories under `<home>/mirrors`, one per repository, shared by all processes of this machine. */
export type Mirrors = {
  /**
   * Makes sure that the commits and their histories are in the mirror, then reads it. A commit is fetched once; when the mirror turns out to be
   * damaged it is fetched anew and the work done again, so `work` only reads. Fails with `RepositoryNotFound`, `NotARepository`,
   * `RefNotFound` (the commit is gone) or `SourceUnreachable`.
   */
  read<T>(reading: MirrorReading, work: (mirror: Mirror) => Promise<T>): Promise<T>;
};

export type MirrorReading = { repository: string; commits: readonly string[]; signal?: AbortSignal };
export type Mirror = { gitDir: string; git: Git };

/** `credentials` are asked for each fetch over HTTP, so that a token may change or end. */
export function createMirrors({ home, credentials }: { home: string; credentials?: Credentials }): Mirrors {
  const folder = join(home, 'mirrors');

  async function ensure({ repository, commits, signal }: MirrorReading): Promise<Mirror> {
    const location = parseRepository(repository);
    const gitDir = pathOf(folder, location);
    const git = openGit({ gitDir, signal });
    if (await holdsAll(gitDir, git, commits)) return { gitDir, git };
    await mkdir(folder, { recursive: true });
    await alone(gitDir, signal, (until) => fill({ location, gitDir, commits, credentials }, until));
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

type Filling = { location: RepositoryLocation; gitDir: string; commits: readonly string[]; credentials?: Credentials };

async function fill({ location, gitDir, commits, credentials }: Filling, signal: AbortSignal): Promise<void> {
  const git = openGit({ gitDir, signal });
  if (await holdsAll(gitDir, git, commits)) return;
  await removeLeftovers(gitDir);
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
