import { randomUUID } from 'node:crypto';
import { type Git, gitFailed } from '../../../repository/git.ts';
import { mostLoose } from '../../../repository/packs.ts';
import type { Change } from '../../../schemas/mind.ts';
import { CommitSha } from '../../../schemas/nouns.ts';
import type { PlacedFile } from './placeFiles.ts';

type Commit = {
  /** Absent: a first commit. */
  on?: string;
  message: string;
  /** Author and committer, with the date. */
  by: string;
  /** Names the ref that shall point to the commit once all its objects are there. */
  ref?(commit: string): string;
} & ({ files: readonly PlacedFile[] } | { second: string; tree: string });

// What get-mark and ls answer.
const answered = /^([0-9a-f]+)\n(?:040000 tree ([0-9a-f]+)\t|missing ).*\n/;

/** Writes a commit by one git process and without an index: files changed, or a merge with the tree that came of it. */
export async function writeCommit(git: Git, commit: Commit): Promise<Pick<Change, 'commit' | 'tree'>> {
  // The branch is there while the command runs; git wants one.
  const branch = `refs/making/${randomUUID()}`;
  const changes = 'files' in commit ? commit.files.flatMap(changeOf) : [`merge ${commit.second}\n`, `M 040000 ${commit.tree} ""\n`];
  const input = Buffer.concat(
    [
      `commit ${branch}\nmark :1\nauthor ${commit.by}\ncommitter ${commit.by}\n`,
      ...data(Buffer.from(commit.message)),
      commit.on === undefined ? '' : `from ${commit.on}\n`,
      ...changes,
      `\nget-mark :1\nls :1 ""\n`,
    ].map((part) => (typeof part === 'string' ? Buffer.from(part) : part)),
  );
  const args = ['fast-import', '--quiet', '--done', '--date-format=raw'];
  // What is made of a change stays a few files, not a pack that each later look-up would search.
  const reply = (printed: string) => {
    const id = answered.exec(printed)?.[1];
    if (id === undefined) return undefined;
    const ref = commit.ref?.(id);
    return `${ref === undefined ? '' : `reset ${ref}\nfrom :1\n\n`}reset ${branch}\nfrom ${'0'.repeat(id.length)}\n\ndone\n`;
  };
  const made = await git.attempt(['-c', `fastimport.unpackLimit=${mostLoose}`, ...args], { input, reply });
  const [, id, tree] = answered.exec(made.output.toString('utf8')) ?? [];
  if (made.exitCode !== 0 || id === undefined) throw gitFailed(args, made.exitCode, made.error);
  return { commit: CommitSha.parse(id), tree: CommitSha.parse(tree ?? (await git.text(['rev-parse', `${id}^{tree}`]))) };
}

function changeOf({ path, mode, text }: PlacedFile): (string | Buffer)[] {
  const quoted = `"${path.replaceAll(/["\\]/g, '\\$&')}"`;
  return text === null ? [`D ${quoted}\n`] : [`M ${mode} inline ${quoted}\n`, ...data(text)];
}

/** The length first, so that no content can end itself or begin a command. */
function data(bytes: Buffer): (string | Buffer)[] {
  return [`data ${bytes.length}\n`, bytes, '\n'];
}
