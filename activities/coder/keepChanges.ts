import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Change } from '../../schemas/mind.ts';
import type { Site } from '../../schemas/solveTask.ts';
import { type CommitWords, sourceAt } from '../lib/generated/commits.ts';
import { atCommit, textOf } from './commitFiles.ts';
import { committed } from './committing.ts';
import type { CoderDeps } from './deps.ts';
import { gatherChanges } from './gathering.ts';
import { differences, type Listing } from './listing.ts';
import type { WarmBox } from './openBox.ts';
import type { Protection } from './protection.ts';
import { restorePaths } from './restore.ts';
import { somePaths } from './wording.ts';

type Keeping = {
  deps: CoderDeps;
  warm: WarmBox;
  site: Site;
  change: Change;
  before: Listing;
  after: Listing | undefined;
  isProtected: Protection;
  words: CommitWords;
  signal: AbortSignal;
};

/** Commits what happened in a box since `before`, by the rules of an edit; `told` says what was kept and what was not, a sentence each. */
export async function keepChanges(keeping: Keeping): Promise<{ change: Change; told: string[] }> {
  const { deps, warm, site, change, before, after, words, signal } = keeping;
  if (after === undefined) return { change, told: [nothingKept('the working tree holds more files than can be looked through')] };
  const changes = differences(before, after);
  if (changes.written.length + changes.gone.length === 0) {
    Object.assign(warm, { at: change.commit, listing: after });
    return { change, told: ['No files changed.'] };
  }

  const scratch = join(deps.home, 'scratch', deps.owner, randomUUID());
  try {
    await mkdir(scratch, { recursive: true });
    const found = await filesOf(keeping);
    const gathered = await gatherChanges({ box: warm.box, changes, ...found, isProtected: keeping.isProtected, findSecrets: deps.findSecrets, scratch, signal }); // prettier-ignore
    if ('tooMuch' in gathered) return { change, told: [nothingKept(gathered.tooMuch)] };
    const { files, putBack, notes } = gathered;
    const done = await committed(deps.commits, { source: site.source, on: change, files, words }, signal);
    if ('refused' in done) return { change, told: [nothingKept(done.refused)] };
    const made = done.change;
    const restored = await restorePaths({
      box: warm.box,
      paths: putBack,
      sources: deps.sources,
      source: sourceAt(site.source, made),
      signal,
    });
    // Else the next command gets a new box.
    if (restored) Object.assign(warm, { at: made.commit, listing: putBack.length === 0 ? after : undefined });
    return { change: made, told: [summary(files, found.entries, made.commit !== change.commit), ...notes] };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function filesOf({ deps, site, change, signal }: Keeping) {
  return atCommit(
    deps.sources,
    sourceAt(site.source, change),
    async ({ entries, contents }) => {
      const rules = entries.get('.gitignore');
      const [bytes] = rules?.kind === 'file' ? await contents([rules]) : [];
      return { entries, gitignore: textOf(bytes) ?? '' };
    },
    signal,
  );
}

function summary(files: readonly { path: string; text: string | null }[], entries: ReadonlyMap<string, unknown>, changed: boolean): string {
  if (!changed) return 'No files of the repository changed.';
  const of = (wanted: (file: { path: string; text: string | null }) => boolean) => files.filter(wanted).map(({ path }) => path);
  const parts = [
    ['changed', of(({ path, text }) => text !== null && entries.has(path))],
    ['created', of(({ path, text }) => text !== null && !entries.has(path))],
    ['deleted', of(({ text }) => text === null)],
  ] as const;
  return `Committed: ${parts.flatMap(([what, paths]) => (paths.length === 0 ? [] : [`${what} ${somePaths(paths)}`])).join('; ')}.`;
}

function nothingKept(why: string): string {
  return `Nothing of what the command wrote was kept: ${why}. The next command starts from the last commit; write less, or into a folder that .gitignore names.`;
}
