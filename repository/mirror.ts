import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { authorizing, type Credentials } from './credentials.ts';
import { type Git, openGit } from './git.ts';
import type { RepositoryLocation } from './location.ts';

/** No filter, no conversion of line ends or encodings, no program: attributes that stand above those of the repository. */
const attributes = '* -text !eol !crlf !ident !filter !working-tree-encoding !diff !merge\n';

/**
 * What serves a fetch from a repository on this machine's disk. `git -c` and GIT_CONFIG_* do not reach it, so its settings are part of the command that
 * starts it.
 */
export const servingSide = "env GIT_NO_LAZY_FETCH=1 GIT_ALLOW_PROTOCOL= git -c 'safe.directory=*' -c core.fsmonitor= upload-pack";

/** Makes an empty bare repository, without templates and hooks. */
export async function createMirror(gitDir: string, signal: AbortSignal): Promise<void> {
  await openGit({ signal }).run(['init', '--quiet', '--bare', '--template=', '--', gitDir]);
  await mkdir(join(gitDir, 'info'), { recursive: true });
  await writeFile(join(gitDir, 'info', 'attributes'), attributes);
}

/** Fetches commits with their histories. Undefined when it worked, else git's complaint. */
export async function fetchInto(
  git: Git,
  location: RepositoryLocation,
  commits: readonly string[],
  credentials?: Credentials,
): Promise<string | undefined> {
  const serving = location.transport === 'file' ? [`--upload-pack=${servingSide}`] : [];
  const options = [
    '--quiet',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-recurse-submodules',
    '--update-shallow',
    '--atomic',
    '--negotiation-tip=refs/kept/*',
    ...serving,
  ];
  const refs = commits.map((commit) => `+${commit}:${kept(commit)}`);
  const env = await authorizing(location, credentials);
  const fetched = await git.attempt(['fetch', ...options, '--', location.remote, ...refs], { transport: location.transport, env });
  return fetched.exitCode === 0 ? undefined : fetched.error;
}

/** Whether all the commits are there to the end of their histories. */
export async function holdsAll(gitDir: string, git: Git, commits: readonly string[]): Promise<boolean> {
  const held = await heldOf(gitDir, git, commits);
  return commits.every((commit) => held.has(commit));
}

/** Those of the commits that are there to the end of their histories. */
export async function heldOf(gitDir: string, git: Git, commits: readonly string[]): Promise<ReadonlySet<string>> {
  if (!existsSync(gitDir)) return new Set();
  // A ref is written after git found the objects complete, so it says more than the presence of the commit.
  const loose = await Promise.all(commits.map((commit) => isLoose(gitDir, commit)));
  const [known, unsure] = [commits.filter((_, i) => loose[i]), commits.filter((_, i) => !loose[i])];
  if (unsure.length === 0) return new Set(known);
  // Asked by name: a list of refs costs as much as there are refs.
  const names = unsure.flatMap((commit) => [kept(commit), madeRef(commit)]);
  const found = await git.attempt(['cat-file', '--batch-check=%(objectname)'], { input: names.map((name) => `${name}\n`).join('') });
  return new Set([...known, ...(found.exitCode === 0 ? found.output.toString('utf8').split('\n') : [])]);
}

/** Whether git has written down the commit in a file of its own, which costs less to look at than git. Refs that it has packed are not such files. */
async function isLoose(gitDir: string, commit: string): Promise<boolean> {
  const refs = [kept(commit), madeRef(commit)].map((ref) => readFile(join(gitDir, ref), 'utf8').catch(() => ''));
  return (await Promise.all(refs)).some((text) => text.trim() === commit);
}

/** Notes that a commit in the history of a fetched one is there too, so that nobody asks the source for it. */
export async function keepAncestor(git: Git, commit: string): Promise<void> {
  await git.run(['update-ref', kept(commit), commit]);
}

/** Notes commits that Mainstay made, or that lie in the histories of such, once all their objects are there. */
export async function noteMade(git: Git, commits: readonly string[]): Promise<void> {
  if (commits.length === 0) return;
  await git.run(['update-ref', '--stdin'], { input: commits.map((commit) => `update ${madeRef(commit)} ${commit}\n`).join('') });
}

/** Whether `tip` is the commit or has it in its history; false when one of them is not there. */
export async function isAncestor(git: Git, commit: string, tip: string): Promise<boolean> {
  return (await git.attempt(['merge-base', '--is-ancestor', commit, tip])).exitCode === 0;
}

function kept(commit: string): string {
  return `refs/kept/${commit}`;
}

/** Apart from what was fetched: a source is not told of thousands of commits that it does not have. */
export function madeRef(commit: string): string {
  return `refs/made/${commit}`;
}
