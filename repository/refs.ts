import { distance } from 'fastest-levenshtein';
import { failure } from '../schemas/failures.ts';
import type { Credentials } from './credentials.ts';
import { openLocal } from './local.ts';
import { parseRepository, type RepositoryLocation } from './location.ts';
import { listRefs, type RefList } from './refList.ts';

/** A ref's commit at this moment. `branch` is set when the ref was a branch, or HEAD on one. */
export type ResolvedRef = {
  /** 40 (or 64) hex digits. For a remote repository a full id is taken as it is: whether it exists shows at the fetch. */
  commit: string;
  branch?: string;
  /** Short name of the repository's main branch, where one can be told, and its commit. */
  main?: { branch: string; commit: string };
};

type RefQuestion = { repository: string; ref: string; signal?: AbortSignal; credentials?: Credentials };

/**
 * Finds the commit that a ref names, without cloning. Fails with `InvalidInput` (not a ref's name), `RepositoryNotFound`, `NotARepository`,
 * `RefNotFound` (which names the nearest refs there are) or `SourceUnreachable`.
 */
export async function resolveRef(input: RefQuestion): Promise<ResolvedRef> {
  const location = parseRepository(input.repository);
  const ref = checkRef(input.ref);
  const list = await listRefs(location, input.signal, input.credentials);
  const main = mainOf(list);

  const isLocal = location.transport === 'file';
  const named = findNamed(list, ref) ?? (isHex(ref) ? { id: isLocal || isFullId(ref) ? ref : findPrefix(list, ref) } : undefined);
  // A tag may stand for another tag, and an id for something else than a commit.
  const commit =
    isLocal && named?.id !== undefined && !list.commits.has(named.id) ? await commitOf(location, named.id, input.signal) : named?.id;
  if (commit !== undefined) return { commit, branch: named?.branch, main };
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

function findNamed(list: RefList, ref: string): { id: string | undefined; branch?: string } | undefined {
  if (ref === 'HEAD') return { id: list.head, branch: list.headBranch };
  if (isFullId(ref)) return undefined;
  for (const prefix of ['', 'refs/heads/', 'refs/tags/', 'refs/remotes/origin/', 'refs/remotes/', 'refs/']) {
    const name = prefix + ref;
    const id = name.startsWith('refs/') ? list.refs.get(name) : undefined;
    if (id !== undefined) return { id, branch: /^refs\/(?:heads|remotes\/origin)\/(.+)$/.exec(name)?.[1] };
  }
  return undefined;
}

async function commitOf(location: RepositoryLocation, id: string, signal?: AbortSignal): Promise<string | undefined> {
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

function isHex(ref: string): boolean {
  return /^[0-9a-f]{4,64}$/.test(ref);
}

function isFullId(ref: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(ref);
}
