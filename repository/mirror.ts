import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { authorizing, type Credentials } from './credentials.ts';
import { type Git, openGit } from './git.ts';
import type { RepositoryLocation } from './location.ts';

/** No filter, no conversion of line ends or encodings, no program: attributes that stand above those of the repository. */
const attributes = '* -text !eol !crlf !ident !filter !working-tree-encoding !diff !merge\n';

// `git -c` and GIT_CONFIG_* do not reach the serving side of a local fetch, so its settings are part of the command that starts it.
const servingSide = "env GIT_NO_LAZY_FETCH=1 GIT_ALLOW_PROTOCOL= git -c 'safe.directory=*' -c core.fsmonitor= upload-pack";

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
  const options = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--update-shallow', '--atomic', ...serving];
  const refs = commits.map((commit) => `+${commit}:${kept(commit)}`);
  const env = await authorizing(location, credentials);
  const fetched = await git.attempt(['fetch', ...options, '--', location.remote, ...refs], { transport: location.transport, env });
  return fetched.exitCode === 0 ? undefined : fetched.error;
}

/** Whether all the commits were fetched to their end. */
export async function holdsAll(gitDir: string, git: Git, commits: readonly string[]): Promise<boolean> {
  if (!existsSync(gitDir)) return false;
  // A ref is written after git found the objects complete, so it says more than the presence of the commit.
  const found = await git.attempt(['for-each-ref', '--format=%(objectname)', ...commits.map(kept)]);
  const ids = new Set(found.output.toString('utf8').split('\n'));
  return found.exitCode === 0 && commits.every((commit) => ids.has(commit));
}

/** Notes that a commit in the history of a fetched one is there too, so that nobody asks the source for it. */
export async function keepAncestor(git: Git, commit: string): Promise<void> {
  await git.run(['update-ref', kept(commit), commit]);
}

function kept(commit: string): string {
  return `refs/kept/${commit}`;
}
