import type { Git } from '../../repository/git.ts';
import type { CommitSha } from '../../schemas/nouns.ts';
import { signature } from '../lib/generated/commitMessage.ts';
import { writeCommit } from '../lib/generated/writeCommit.ts';

/** Writes what `git notes` reads as the note of a commit: JSON with sorted keys. The same note gives the same commit of notes. */
export async function writeNote(git: Git, commit: CommitSha, note: Readonly<Record<string, unknown>>): Promise<CommitSha> {
  const seconds = Number(await git.text(['show', '--no-patch', '--format=%ct', commit]));
  const text = Buffer.from(`${JSON.stringify(sorted(note), undefined, 2)}\n`);
  const made = await writeCommit(git, {
    files: [{ path: commit, mode: '100644', text }],
    message: 'Notes by Mainstay\n',
    by: signature(new Date(seconds * 1000).toISOString()),
  });
  return made.commit;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}
