import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { failure } from '../schemas/failures.ts';
import { type Git, openGit } from './git.ts';
import { openLocal } from './local.ts';
import { parseRepository, type RepositoryLocation } from './location.ts';
import { unreachable } from './refList.ts';

/** Bare copies of repositories under `<home>/mirrors`, one per repository, shared by all processes of this machine. */
export type Mirrors = {
  /**
   * Makes sure that the commits and their histories are in the mirror, and opens it. Fetches at most once per commit.
   * Fails with `RepositoryNotFound`, `NotARepository`, `RefNotFound` (the commit is gone) or `SourceUnreachable`.
   */
  ensure(repository: string, commits: readonly string[], signal?: AbortSignal): Promise<Mirror>;
  /** Throws a damaged mirror away; the next `ensure` fetches it anew. */
  discard(repository: string): Promise<void>;
};

export type Mirror = { gitDir: string; git: Git };

/** No filter, no conversion of line ends or encodings, no program: the highest-ranking attributes of every mirror. */
const attributes = '* -text !eol !crlf !ident !filter !working-tree-encoding !diff !merge\n';

// `git -c` does not reach the serving side of a local fetch, so its settings are part of the command that starts it.
const servingSide = "env GIT_NO_LAZY_FETCH=1 GIT_ALLOW_PROTOCOL= git -c 'safe.directory=*' -c core.fsmonitor= upload-pack";

export function createMirrors({ home }: { home: string }): Mirrors {
  const folder = join(home, 'mirrors');

  return {
    async ensure(repository, commits, signal) {
      const location = parseRepository(repository);
      const gitDir = join(folder, `${mirrorName(location)}.git`);
      const git = openGit({ gitDir, signal });
      if (!(await holdsAll(git, gitDir, commits))) {
        await mkdir(folder, { recursive: true });
        await locked(gitDir, signal, (until) => fill(location, gitDir, commits, until));
      }
      return { gitDir, git };
    },

    async discard(repository) {
      const gitDir = join(folder, `${mirrorName(parseRepository(repository))}.git`);
      await mkdir(folder, { recursive: true });
      await locked(gitDir, undefined, () => setAside(gitDir));
    },
  };
}

async function fill(location: RepositoryLocation, gitDir: string, commits: readonly string[], signal: AbortSignal): Promise<void> {
  const git = openGit({ gitDir, signal });
  if (await holdsAll(git, gitDir, commits)) return;
  if (location.transport === 'file') await openLocal(location, signal);

  const before = existsSync(gitDir);
  if (!before) await create(gitDir, signal);
  const first = await fetchCommits(git, location, commits);
  if (first === undefined) return;

  // What an older, killed or damaged state of the mirror broke, a new mirror may fetch; what the source refuses, it refuses again.
  if (!before) throw unreachable(location, first);
  await setAside(gitDir);
  await create(gitDir, signal);
  const second = await fetchCommits(git, location, commits);
  if (second !== undefined) throw unreachable(location, second);
}

/** Undefined when it worked, else git's complaint. */
async function fetchCommits(git: Git, location: RepositoryLocation, commits: readonly string[]): Promise<string | undefined> {
  const specs = commits.map((commit) => `+${commit}:${kept(commit)}`);
  const serving = location.transport === 'file' ? [`--upload-pack=${servingSide}`] : [];
  const options = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--update-shallow', '--atomic', ...serving];
  const fetched = await git.attempt(['fetch', ...options, '--', location.remote, ...specs], { transport: location.transport });
  return fetched.exitCode === 0 ? undefined : fetched.error;
}

async function create(gitDir: string, signal: AbortSignal): Promise<void> {
  const made = `${gitDir}.new-${process.pid}`;
  await rm(made, { recursive: true, force: true });
  await openGit({ signal }).run(['init', '--quiet', '--bare', '--template=', '--', made]);
  await mkdir(join(made, 'info'), { recursive: true });
  await writeFile(join(made, 'info', 'attributes'), attributes);
  await rename(made, gitDir);
}

async function holdsAll(git: Git, gitDir: string, commits: readonly string[]): Promise<boolean> {
  if (!existsSync(gitDir)) return false;
  // A ref is written after the objects were found complete, so it says more than the presence of the commit.
  const found = await git.attempt(['for-each-ref', '--format=%(objectname)', ...commits.map(kept)]);
  const ids = new Set(found.output.toString('utf8').split('\n'));
  return found.exitCode === 0 && commits.every((commit) => ids.has(commit));
}

function kept(commit: string): string {
  return `refs/kept/${commit}`;
}

function mirrorName(location: RepositoryLocation): string {
  return createHash('sha256').update(location.remote).digest('hex').slice(0, 32);
}

async function setAside(gitDir: string): Promise<void> {
  const aside = `${gitDir}.old-${process.pid}-${Date.now()}`;
  if (!existsSync(gitDir)) return;
  await rename(gitDir, aside);
  await rm(aside, { recursive: true, force: true });
}

const lockStaleMs = 15_000;

/** Runs alone among all processes. The signal ends the wait and the work; it also fires when the lock was lost. */
async function locked<T>(gitDir: string, signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const lost = new AbortController();
  const until = signal ? AbortSignal.any([signal, lost.signal]) : lost.signal;
  const release = await acquire(gitDir, until, (error) =>
    lost.abort(failure('SourceUnreachable', `the lock of the local copy was lost: ${error.message}`)),
  );
  try {
    return await work(until);
  } finally {
    if (!lost.signal.aborted) await release();
  }
}

async function acquire(gitDir: string, signal: AbortSignal, onCompromised: (error: Error) => void): Promise<() => Promise<void>> {
  for (let waitMs = 50; ; waitMs = Math.min(waitMs * 1.5, 1000)) {
    signal.throwIfAborted();
    try {
      return await lock(gitDir, { realpath: false, stale: lockStaleMs, onCompromised });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ELOCKED')) throw error;
    }
    await sleep(waitMs, undefined, { signal });
  }
}
