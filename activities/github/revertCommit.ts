import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authorizing, type Credentials } from '../../repository/credentials.ts';
import { type Git, gitFailed, lastLine, openGit } from '../../repository/git.ts';
import { parseRepository } from '../../repository/location.ts';
import { createMirror } from '../../repository/mirror.ts';
import { failure } from '../../schemas/failures.ts';

/** `before` is what stood there before the push; without it the commit alone (for a merge: what it merged) is taken back. */
export type Reverting = { repository: string; head: string; commit: string; before?: string; subject: string; reason: string };

type Pushing = { branch: string; credentials: Credentials; signal: AbortSignal };

const person = { NAME: 'Mainstay', EMAIL: 'mainstay@users.noreply.invalid' };
// A local repository's own hooks are programs of whoever wrote there last.
const receiving = "env GIT_ALLOW_PROTOCOL= git -c 'safe.directory=*' -c core.hooksPath=/dev/null -c core.fsmonitor= receive-pack";

/**
 * Makes a commit on `head` that takes a change back, and pushes it as a new branch. The merge is the one of `git revert`, done on objects
 * alone: nothing of the repository is checked out. Conflicts, and changes that are not there any more, fail with `RepositoryRefused`.
 */
export async function pushRevert(mirror: Git, reverting: Reverting, { branch, credentials, signal }: Pushing): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mainstay-revert-'));
  try {
    const gitDir = join(folder, 'revert.git');
    await createMirror(gitDir, signal);
    const objects = join(await mirror.text(['rev-parse', '--absolute-git-dir']), 'objects');
    const git = openGit({ gitDir, signal });
    const made = await revertIn(git, reverting, { GIT_ALTERNATE_OBJECT_DIRECTORIES: objects });

    const location = parseRepository(reverting.repository);
    const env = { ...(await authorizing(location, credentials)), GIT_ALTERNATE_OBJECT_DIRECTORIES: objects };
    const local = location.transport === 'file' ? [`--receive-pack=${receiving}`] : [];
    const options = ['--quiet', '--no-verify', ...local];
    const { transport } = location;
    const pushed = await git.attempt(['push', ...options, '--', location.remote, `${made}:refs/heads/${branch}`], { transport, env });
    if (pushed.exitCode !== 0) checkPush(reverting.repository, branch, pushed.error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function revertIn(git: Git, { head, commit, before, subject, reason }: Reverting, env: Record<string, string>): Promise<string> {
  const ask = (args: readonly string[], more: Record<string, string> = {}) => git.text(args, { env: { ...env, ...more } });
  const from = await firstThere(git, [...(before === undefined ? [] : [before]), `${commit}^1`], env);
  if (from === undefined) throw failure('RepositoryRefused', `${commit.slice(0, 12)} is the first commit, there is nothing to go back to`);
  const [headTree, changedTree, formerTree] = await Promise.all([head, commit, from].map((at) => ask(['rev-parse', `${at}^{tree}`])));
  const date = await ask(['show', '--no-patch', '--format=%cI', head]);
  // The same input gives the same commit, so that pushing it twice is pushing it once.
  const who = Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((role) => [
      [`GIT_${role}_NAME`, person.NAME],
      [`GIT_${role}_EMAIL`, person.EMAIL],
      [`GIT_${role}_DATE`, date],
    ]),
  ) as Record<string, string>;
  const commitTree = (tree: string | undefined, message: string, ...parents: string[]) =>
    ask(['commit-tree', ...parents.flatMap((parent) => ['-p', parent]), '-m', message, tree ?? ''], who);

  // A three-way merge whose base is the change, whose one side is the head and whose other is what was there before the change.
  const base = await commitTree(changedTree, 'base');
  const [ours, theirs] = [await commitTree(headTree, 'ours', base), await commitTree(formerTree, 'theirs', base)];
  const merged = await git.attempt(['merge-tree', '--write-tree', '--name-only', '--no-messages', ours, theirs], { env });
  const [tree = '', ...conflicts] = merged.output.toString('utf8').trimEnd().split('\n');
  if (merged.exitCode === 1) throw conflict(commit, conflicts);
  if (merged.exitCode !== 0) throw gitFailed(['merge-tree'], merged.exitCode, merged.error);
  if (tree === headTree) throw failure('RepositoryRefused', `${commit.slice(0, 12)} cannot be taken back: nothing of its change is left`);
  return await commitTree(tree, `Revert "${subject}"\n\nThis reverts commit ${commit}.\n\n${reason}`, head);
}

/** A push that was forced leaves the commit before it behind. */
async function firstThere(git: Git, commits: readonly string[], env: Record<string, string>): Promise<string | undefined> {
  for (const commit of commits) {
    const found = await git.attempt(['rev-parse', '--verify', '--quiet', `${commit}^{commit}`], { env });
    if (found.exitCode === 0) return commit;
  }
  return undefined;
}

/** A branch that is there already was pushed by another attempt. */
function checkPush(repository: string, branch: string, error: string): void {
  if (/ ! \[rejected\]/.test(error)) return;
  const said = `${branch} could not be pushed to ${repository}: ${lastLine(error)}`;
  if (!/remote rejected|returned error: 4\d\d|could not read Username|Authentication failed/i.test(error))
    throw failure('SourceUnreachable', said);
  throw failure('ServiceRefused', `${said}; the GitHub App or token needs to write Contents, and branches mainstay/* must be allowed`);
}

function conflict(commit: string, paths: readonly string[]) {
  const named = paths.slice(0, 5).join(', ') + (paths.length > 5 ? ` and ${paths.length - 5} more` : '');
  const text = `${commit.slice(0, 12)} cannot be taken back by itself, because later commits changed the same lines (${named}): revert it by hand`;
  return failure('RepositoryRefused', text, { paths: paths.slice(0, 100) });
}
