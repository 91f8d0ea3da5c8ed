import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { safeFileName, safePath } from '../lib/fileNames.ts';
import { ReleaseRecord, releaseId } from './record.ts';

/** Which release an environment runs, and the keys that were taken back and must not be deployed by a late attempt. */
const EnvironmentState = z.object({
  slug: z.string(),
  environment: z.string(),
  current: z.string().optional(),
  undone: z.array(z.string()).default([]),
  /** Keys, newest first. */
  releases: z.array(z.string()).default([]),
  /** Highest token of each lock under which the environment was changed. */
  fences: z.record(z.string(), z.number()).default({}),
});
export type EnvironmentState = z.infer<typeof EnvironmentState>;

export type EnvironmentName = { slug: string; environment: string };

/** File that marks the folder of an environment. */
export const stateFile = 'environment.json';

// A dead holder's lock is taken over after this; the living refresh theirs several times in between.
const lockStale = 6_000;

/** The records of one environment of one repository, kept as files under `home/releases`. */
export function openLedger(home: string, { slug, environment }: EnvironmentName): Ledger {
  return ledgerAt(join(safePath(join(home, 'releases'), slug), safeFileName(environment)), { slug, environment });
}

/** The same by the folder; `name` is what a folder that is new stands for. */
export function ledgerAt(folder: string, name: EnvironmentName = { slug: '', environment: '' }) {
  const folderOf = (key: string) => join(folder, releaseId(key));
  const recordIn = async (release: string): Promise<ReleaseRecord | undefined> => {
    const text = await readIfThere(join(release, 'release.json'));
    return text === undefined ? undefined : ReleaseRecord.parse(JSON.parse(text));
  };

  return {
    folder,
    folderOf,
    logOf: (key: string) => join(folderOf(key), 'output.log'),

    async state(): Promise<EnvironmentState> {
      const text = await readIfThere(join(folder, stateFile));
      return EnvironmentState.parse(text === undefined ? name : JSON.parse(text));
    },

    async setState(state: EnvironmentState): Promise<void> {
      await writeWhole(join(folder, stateFile), state);
    },

    record: (key: string) => recordIn(folderOf(key)),

    /** All that is kept, in no order. */
    async records(): Promise<ReleaseRecord[]> {
      const names = await readdir(folder).catch(() => []);
      const found = await Promise.all(names.map((each) => recordIn(join(folder, each))));
      return found.filter((record) => record !== undefined);
    },

    async write(record: ReleaseRecord): Promise<ReleaseRecord> {
      await mkdir(folderOf(record.key), { recursive: true });
      await writeWhole(join(folderOf(record.key), 'release.json'), record);
      return record;
    },

    async forget(key: string): Promise<void> {
      await rm(folderOf(key), { recursive: true, force: true });
    },

    /** Runs `work` while nobody else changes this environment, in this process or another on this machine. Waits until `signal` aborts. */
    async locked<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
      await mkdir(folder, { recursive: true });
      const lost = new AbortController();
      const release = await acquire(folder, signal, () => lost.abort(new Error(`the lock of ${folder} was lost`)));
      try {
        return await work(AbortSignal.any([signal, lost.signal]));
      } finally {
        if (!lost.signal.aborted) await release();
      }
    },
  };
}

export type Ledger = ReturnType<typeof ledgerAt>;

async function acquire(folder: string, signal: AbortSignal, onCompromised: () => void): Promise<() => Promise<void>> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await lockfile.lock(folder, { stale: lockStale, onCompromised });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
    }
    await sleep(200, undefined, { signal });
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

async function writeWhole(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}
