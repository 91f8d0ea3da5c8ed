import { readCommit } from '../../repository/commitTree.ts';
import type { Credentials } from '../../repository/credentials.ts';
import { listEntries, treeLimits } from '../../repository/entries.ts';
import type { Git } from '../../repository/git.ts';
import { openLocal, openWorkTree } from '../../repository/local.ts';
import { parseRepository, type RepositoryLocation } from '../../repository/location.ts';
import { keepAncestor } from '../../repository/mirror.ts';
import { createMirrors } from '../../repository/mirrors.ts';
import type { PackStore } from '../../repository/packs.ts';
import { type ResolvedRef, resolveRef } from '../../repository/refs.ts';
import type { FileTree } from '../../repository/tree.ts';
import { failure, failureType } from '../../schemas/failures.ts';
import type { PipelineRequest } from '../../schemas/runPipeline.ts';
import { Source } from '../../schemas/source.ts';

/** What of a request says which commit it means, and how far its code is trusted. */
type SourceRequest = Pick<PipelineRequest, 'repository' | 'ref' | 'commit' | 'base' | 'trusted'> &
  Partial<Pick<PipelineRequest, 'branch' | 'fork' | 'github'>>;

/** Reads repositories: by a mirror on this machine that is filled when needed, so any worker can be asked. */
export type SourceReader = {
  /** Resolves the request's ref, once and for all. Fails with the types of `resolveRef` and of `Mirrors.ensure`. */
  resolve(request: SourceRequest, signal?: AbortSignal): Promise<Source>;
  /** The files of the source's commit, or of another commit of its repository, such as its base. */
  tree(source: Pick<Source, 'repository' | 'commit' | 'objects'>, commit?: string, signal?: AbortSignal): Promise<FileTree>;
  /** Paths that differ from the base, sorted; for a first commit all paths. */
  changedPaths(source: Source, signal?: AbortSignal): Promise<string[]>;
  /** Unified diff from base to commit with no context lines; '' without a base. `ResultTooLarge` above 64 MiB. */
  diff(source: Source, signal?: AbortSignal): Promise<string>;
  /** Reads with git what the others do not give, from the histories of commit and base; `work` may run twice, so it only reads. */
  read<T>(at: Pick<Source, 'repository' | 'commit' | 'base' | 'objects'>, work: (git: Git) => Promise<T>, signal?: AbortSignal): Promise<T>;
};

const maxDiffBytes = 64 * 2 ** 20;

type SourceReaderParts = { home: string; credentials?: Credentials; store?: PackStore };

/** `credentials` open repositories that are not public; `store` has the commits of sources with `objects`. */
export function createSourceReader({ home, credentials, store }: SourceReaderParts): SourceReader {
  const mirrors = createMirrors({ home, credentials, store });

  return {
    async resolve(request, signal) {
      const location = parseRepository(request.repository);
      const { repository } = location;
      const found = await findCommit({ ...request, repository, credentials }, signal);
      const against = request.base === undefined ? undefined : await resolveRef({ repository, ref: request.base, signal, credentials });
      const compared = against?.commit ?? (isSideBranch(found) ? found.main?.commit : undefined);
      const dirty = location.kind === 'path' && (await isDirty(location, signal));

      const commits = [...new Set([found.commit, compared ?? found.commit])];
      return await mirrors.read({ repository, commits, signal }, async ({ git }) => {
        const tree = await treeOf(git, request.ref, found.commit);
        const base = against?.commit ?? (await forkPoint(git, found, compared));
        if (base !== undefined) await keepAncestor(git, base);
        return Source.parse({
          repository,
          slug: request.github ? `${request.github.owner}/${request.github.repo}` : location.slug,
          ref: request.ref,
          branch: request.branch ?? found.branch,
          commit: found.commit,
          tree,
          base,
          changedPaths: (await pathsBetween(git, base, found.commit)).length,
          dirty,
          trusted: request.trusted && request.fork !== true,
          fork: request.fork ?? false,
        });
      });
    },

    tree({ repository, commit: own, objects }, commit = own, signal) {
      return mirrors.read({ repository, commits: [commit], objects, signal }, async ({ git }) => {
        const tree = readCommit(git, commit);
        // Listed here already, where a damaged mirror is noticed and fetched anew.
        await tree.list();
        return tree;
      });
    },

    changedPaths(source, signal) {
      return mirrors.read({ ...commitsOf(source), signal }, ({ git }) => pathsBetween(git, source.base, source.commit));
    },

    async diff(source, signal) {
      const { base, commit } = source;
      return base === undefined ? '' : await mirrors.read({ ...commitsOf(source), signal }, ({ git }) => diffBetween(git, base, commit));
    },

    read(at, work, signal) {
      return mirrors.read({ ...commitsOf(at), signal }, ({ git }) => work(git));
    },
  };
}

/** The commit of a request: the one that was fixed when the run was asked for, also when its branch has moved or gone since. */
async function findCommit(
  { repository, ref, commit, credentials }: Pick<PipelineRequest, 'repository' | 'ref' | 'commit'> & { credentials?: Credentials },
  signal?: AbortSignal,
): Promise<ResolvedRef> {
  try {
    const found = await resolveRef({ repository, ref, signal, credentials });
    return { ...found, commit: commit ?? found.commit };
  } catch (error) {
    if (commit === undefined || failureType(error) !== 'RefNotFound') throw error;
    return await resolveRef({ repository, ref: commit, signal, credentials });
  }
}

function commitsOf({ repository, commit, base, objects }: Pick<Source, 'repository' | 'commit' | 'base' | 'objects'>) {
  return { repository, objects, commits: base === undefined ? [commit] : [commit, base] };
}

async function treeOf(git: Git, ref: string, commit: string): Promise<string> {
  const tree = await git.attempt(['rev-parse', '--verify', '--quiet', `${commit}^{commit}^{tree}`]);
  if (tree.exitCode === 0) return tree.output.toString('utf8').trim();
  throw failure('RefNotFound', `${ref} (${commit}) is not a commit; name a branch, a tag of a commit, or a commit id`);
}

function isSideBranch(found: ResolvedRef): boolean {
  return found.branch !== undefined && found.main !== undefined && found.branch !== found.main.branch;
}

/** Where the commit left the compared branch; its parent when it is on that branch itself; undefined for a first commit. */
async function forkPoint(git: Git, found: ResolvedRef, compared: string | undefined): Promise<string | undefined> {
  if (compared !== undefined) {
    const fork = await git.attempt(['merge-base', compared, found.commit]);
    const commit = fork.output.toString('utf8').trim();
    if (fork.exitCode === 0 && commit !== found.commit) return commit;
  }
  const parent = await git.attempt(['rev-parse', '--verify', '--quiet', `${found.commit}^1^{commit}`]);
  return parent.exitCode === 0 ? parent.output.toString('utf8').trim() : undefined;
}

async function pathsBetween(git: Git, base: string | undefined, commit: string): Promise<string[]> {
  if (base === undefined) return (await listEntries(git, commit)).map(({ path }) => path).sort();
  const options = ['-r', '-z', '--name-only', '--no-renames'];
  const listed = await git.run(['diff-tree', ...options, base, commit], { maxBytes: treeLimits.listBytes });
  return listed.toString('utf8').split('\0').filter(Boolean).sort();
}

async function diffBetween(git: Git, base: string, commit: string): Promise<string> {
  const plain = ['--no-renames', '--no-color', '--no-ext-diff', '--no-textconv', '--src-prefix=a/', '--dst-prefix=b/'];
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of git.stream(['diff-tree', '-r', '-p', '--unified=0', ...plain, base, commit])) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > maxDiffBytes) throw failure('ResultTooLarge', `the change from ${base} to ${commit} is larger than 64 MiB as a diff`);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** True when a working tree holds changes or new files that are not committed; submodules are not looked into. */
async function isDirty(location: RepositoryLocation, signal?: AbortSignal): Promise<boolean> {
  const local = await openLocal(location, signal);
  if (local.workTree === undefined) return false;
  const git = await openWorkTree(local, signal);
  const status = await git.run(['status', '--porcelain', '-z', '--untracked-files=normal', '--ignore-submodules=all']);
  return status.length > 0;
}
