import { failure } from '../schemas/failures.ts';
import { authorizing, type Credentials } from './credentials.ts';
import { type Git, lastLine, openGit } from './git.ts';
import { openLocal } from './local.ts';
import type { RepositoryLocation } from './location.ts';

/** All that names a commit: full ref name → id (`commits`: those known to be commits), and what HEAD points to. */
export type RefList = { refs: Map<string, string>; commits: ReadonlySet<string>; head?: string; headBranch?: string; mainBranch?: string };

/** Asks a repository for its refs, without cloning it. Fails as `openLocal` does, or with what `unreachable` makes of git's complaint. */
export function listRefs(location: RepositoryLocation, signal?: AbortSignal, credentials?: Credentials): Promise<RefList> {
  return location.transport === 'file' ? listLocal(location, signal) : listRemote(location, signal, credentials);
}

const refFields = ['%(refname)', '%(objectname)', '%(objecttype)', '%(*objectname)', '%(*objecttype)', '%(symref)', '%(HEAD)'];

async function listLocal(location: RepositoryLocation, signal?: AbortSignal): Promise<RefList> {
  const { git, workTree } = await openLocal(location, signal);
  const lines = await git.text(['for-each-ref', `--format=${refFields.join('%00')}`]);
  const refs = new Map<string, string>();
  const commits = new Set<string>();
  let headBranch: string | undefined;
  let originHead: string | undefined;
  for (const [name = '', id = '', type, peeled = '', peeledType, symref = '', mark] of lines.split('\n').map((line) => line.split('\0'))) {
    if (name === '') continue;
    refs.set(name, peeled || id);
    if ((peeledType || type) === 'commit') commits.add(peeled || id);
    if (mark === '*') headBranch = name.replace('refs/heads/', '');
    if (name === 'refs/remotes/origin/HEAD') originHead = symref.replace('refs/remotes/origin/', '');
  }
  return {
    refs,
    commits,
    head: headBranch === undefined ? await detachedHead(git) : refs.get(`refs/heads/${headBranch}`),
    headBranch,
    // HEAD of a working copy is what somebody works on; only in a bare repository it names the main branch.
    mainBranch: originHead ?? (workTree === undefined ? headBranch : undefined),
  };
}

async function detachedHead(git: Git): Promise<string | undefined> {
  const head = await git.attempt(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  return head.exitCode === 0 ? head.output.toString('utf8').trim() : undefined;
}

async function listRemote(location: RepositoryLocation, signal?: AbortSignal, credentials?: Credentials): Promise<RefList> {
  const git = openGit({ signal, timeoutMs: 60_000 });
  const env = await authorizing(location, credentials);
  const listed = await git.attempt(['ls-remote', '--symref', '--', location.remote], { transport: location.transport, env });
  if (listed.exitCode !== 0) throw unreachable(location, listed.error);
  const refs = new Map<string, string>();
  let headBranch: string | undefined;
  for (const [id = '', name = ''] of listed.output
    .toString('utf8')
    .split('\n')
    .map((line) => line.split('\t'))) {
    if (id.startsWith('ref: ')) {
      if (name === 'HEAD') headBranch = id.replace('ref: refs/heads/', '');
    } else if (name !== '') refs.set(name.replace(/\^\{\}$/, ''), id);
  }
  return { refs, commits: new Set(), head: refs.get('HEAD'), headBranch, mainBranch: headBranch };
}

/** What git's complaint about a remote repository means. */
export function unreachable(location: RepositoryLocation, error: string) {
  if (/not found|could not read Username|Authentication failed|does not exist|returned error: 40[134]/i.test(error)) {
    return failure(
      'RepositoryNotFound',
      `${location.repository} was not found, or is private: check the address, the access of the GitHub App or token, or clone it and give the clone's path`,
    );
  }
  if (/returned error: 30[12378]/.test(error)) {
    return failure('RepositoryNotFound', `${location.repository} has moved: give its new address`);
  }
  if (/not our ref|couldn't find remote ref|unadvertised object/i.test(error)) {
    return failure('RefNotFound', `${location.repository} does not have this commit (any more)`);
  }
  return failure('SourceUnreachable', `${location.repository} could not be reached: ${lastLine(error)}`);
}
