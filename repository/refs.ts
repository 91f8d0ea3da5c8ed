import { distance } from 'fastest-levenshtein';
import { failure } from '../schemas/failures.ts';
import { lastLine, openGit } from './git.ts';
import { openLocal } from './local.ts';
import { parseRepository, type RepositoryLocation } from './location.ts';

/** A ref's commit at this moment. `branch` is set when the ref was a branch, or HEAD on one. */
export type ResolvedRef = {
  /** 40 (or 64) hex digits. For a remote repository a full id is taken as it is: whether it exists shows at the fetch. */
  commit: string;
  branch?: string;
  /** Short name of the repository's main branch, where one can be told, and its commit. */
  main?: { branch: string; commit: string };
};

/** All that names a commit: full ref name → commit id, and what HEAD points to. */
type RefList = { refs: Map<string, string>; head?: string; headBranch?: string; mainBranch?: string };

/**
 * Finds the commit that a ref names, without cloning. Fails with `InvalidInput` (not a ref's name), `RepositoryNotFound`, `NotARepository`,
 * `RefNotFound` (which names the nearest refs there are) or `SourceUnreachable`.
 */
export async function resolveRef(input: { repository: string; ref: string; signal?: AbortSignal }): Promise<ResolvedRef> {
  const location = parseRepository(input.repository);
  const ref = checkRef(input.ref);
  const list = location.transport === 'file' ? await listLocal(location, input.signal) : await listRemote(location, input.signal);
  const main = mainOf(list);

  const named = findNamed(list, ref);
  if (named) return { ...named, main };
  if (isFullId(ref) && location.transport !== 'file') return { commit: ref, main };
  if (isHex(ref)) {
    const commit = location.transport === 'file' ? await findLocalId(location, ref, input.signal) : findPrefix(list, ref);
    if (commit !== undefined) return { commit, main };
  }
  throw refNotFound(location, list, ref);
}

/** Checks a ref's name by the rules of git-check-ref-format, and refuses what a shell would read as more than a name. */
export function checkRef(ref: string): string {
  const wrong =
    ref === '' ||
    ref.length > 255 ||
    /^[-/.]|\/\/|\.\.|@\{|\/\.|\.lock(?:\/|$)|[/.]$/.test(ref) ||
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    /[\u0000-\u0020\u007f~^:?*[\\;|&$`<>"']/.test(ref);
  if (wrong) throw failure('InvalidInput', `ref: ${JSON.stringify(ref)} is not the name of a branch or tag, nor a commit id`);
  return ref;
}

function findNamed(list: RefList, ref: string): { commit: string; branch?: string } | undefined {
  if (ref === 'HEAD') return list.head === undefined ? undefined : { commit: list.head, branch: list.headBranch };
  if (isFullId(ref)) return undefined;
  for (const prefix of ['', 'refs/heads/', 'refs/tags/', 'refs/remotes/origin/', 'refs/']) {
    const name = prefix + ref;
    const commit = name.startsWith('refs/') ? list.refs.get(name) : undefined;
    if (commit !== undefined) return { commit, branch: /^refs\/(?:heads|remotes\/origin)\/(.+)$/.exec(name)?.[1] };
  }
  return undefined;
}

async function listLocal(location: RepositoryLocation, signal?: AbortSignal): Promise<RefList> {
  const { git, workTree } = await openLocal(location, signal);
  const lines = await git.text(['for-each-ref', '--format=%(refname)%00%(objectname)%00%(*objectname)%00%(symref)']);
  const refs = new Map<string, string>();
  let originHead: string | undefined;
  for (const [name = '', id = '', peeled = '', symref = ''] of lines.split('\n').map((line) => line.split('\0'))) {
    if (name === 'refs/remotes/origin/HEAD') originHead = symref.replace('refs/remotes/origin/', '');
    if (name !== '') refs.set(name, peeled || id);
  }
  const head = await git.attempt(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  const symbolic = await git.attempt(['symbolic-ref', '--quiet', 'HEAD']);
  const headBranch = symbolic.exitCode === 0 ? symbolic.output.toString().trim().replace('refs/heads/', '') : undefined;
  return {
    refs,
    head: head.exitCode === 0 ? head.output.toString().trim() : undefined,
    headBranch,
    // HEAD of a working copy is what somebody works on; only in a bare repository it names the main branch.
    mainBranch: originHead ?? (workTree === undefined ? headBranch : undefined),
  };
}

async function listRemote(location: RepositoryLocation, signal?: AbortSignal): Promise<RefList> {
  const git = openGit({ signal, timeoutMs: 60_000 });
  const listed = await git.attempt(['ls-remote', '--symref', '--', location.remote], { transport: location.transport });
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
  return { refs, head: refs.get('HEAD'), headBranch, mainBranch: headBranch };
}

async function findLocalId(location: RepositoryLocation, id: string, signal?: AbortSignal): Promise<string | undefined> {
  const { git } = await openLocal(location, signal);
  const found = await git.attempt(['rev-parse', '--verify', '--quiet', `${id}^{commit}`]);
  return found.exitCode === 0 ? found.output.toString().trim() : undefined;
}

function findPrefix(list: RefList, prefix: string): string | undefined {
  const found = new Set([...list.refs.values()].filter((id) => id.startsWith(prefix)));
  return found.size === 1 ? [...found][0] : undefined;
}

function mainOf(list: RefList): ResolvedRef['main'] {
  for (const branch of [list.mainBranch, 'main', 'master']) {
    const commit = list.refs.get(`refs/heads/${branch}`) ?? list.refs.get(`refs/remotes/origin/${branch}`);
    if (branch !== undefined && commit !== undefined) return { branch, commit };
  }
  return undefined;
}

function refNotFound(location: RepositoryLocation, list: RefList, ref: string) {
  if (list.refs.size === 0 && list.head === undefined) {
    return failure('RefNotFound', `${location.repository} has no commits yet: commit something first`);
  }
  const names = [...list.refs.keys()].flatMap((name) => /^refs\/(?:heads|tags)\/(.+)$/.exec(name)?.[1] ?? []);
  const nearest = [...new Set(names)]
    .map((name) => ({ name, far: distance(name.toLowerCase(), ref.toLowerCase()) }))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ name }) => name);
  const hint =
    isHex(ref) && location.transport !== 'file' ? 'give all 40 digits of a commit id' : `there are: ${nearest.join(', ') || 'no branches'}`;
  return failure('RefNotFound', `${location.repository} has no branch, tag or commit ${ref}; ${hint}`, { nearest });
}

/** What git's complaint about a remote repository means. */
export function unreachable(location: RepositoryLocation, error: string) {
  if (/not found|could not read Username|Authentication failed|does not exist|returned error: 40[134]/i.test(error)) {
    return failure(
      'RepositoryNotFound',
      `${location.repository} was not found, or is private: check the address, or clone it and give the clone's path`,
    );
  }
  if (/not our ref|couldn't find remote ref|unadvertised object/i.test(error)) {
    return failure('RefNotFound', `${location.repository} does not have this commit (any more)`);
  }
  return failure('SourceUnreachable', `${location.repository} could not be reached: ${lastLine(error)}`);
}

function isHex(ref: string): boolean {
  return /^[0-9a-f]{4,64}$/.test(ref);
}

function isFullId(ref: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(ref);
}
