import { sourceAt } from '../../activities/lib/generated/commits.ts';
import { createCommits } from '../../activities/lib/generated/createCommits.ts';
import { createSourceReader } from '../../activities/lib/source.ts';
import { createArtifactStore } from '../../activities/lib/store.ts';
import { createWorkspaces } from '../../activities/lib/workspaces.ts';
import type { Change, FileText } from '../../schemas/mind.ts';
import { ProjectFile } from '../../schemas/projectFile.ts';
import type { Site } from '../../schemas/solveTask.ts';
import type { Source } from '../../schemas/source.ts';
import { makeRepository, temporaryFolder, type TestRepository } from './gitRepository.ts';

export const by = { agent: 'coder@1', mind: 'google/gemini-2.5-pro', prompt: 'ab'.repeat(32) };
export const words = { title: 'Change it', by, task: 'run-1/t1', at: '2026-01-02T03:04:05Z' };

/** The parts of one worker: what it has on its own disk, and the store that all share. */
export function worker({ home, shared = home }: { home: string; shared?: string }) {
  const store = createArtifactStore({ home: shared });
  return {
    store,
    sources: createSourceReader({ home, store }),
    workspaces: createWorkspaces({ home, store }),
    commits: createCommits({ home, store }),
  };
}

/** A repository with a commit, a worker, and another one that shares nothing but the store. */
export async function generating(files: Readonly<Record<string, string>> = { 'a.txt': '1\n', 'src/b.txt': '1\n' }) {
  const repository = await makeRepository();
  await repository.commit(files);
  return await workersFor(repository);
}

export async function workersFor(repository: TestRepository) {
  const home = await temporaryFolder();
  const here = worker({ home });
  const source = await here.sources.resolve({ repository: repository.path, ref: 'HEAD', trusted: true });
  const start: Change = { commit: source.commit, tree: source.tree };
  const commit = (files: readonly FileText[], on = start, more: object = {}) =>
    here.commits.commit({ source, on, files, words: { ...words, ...more } });
  const elsewhere = async () => worker({ home: await temporaryFolder(), shared: home });
  return { repository, home, here, source, start, commit, elsewhere };
}

/** `path: text` of a change's files, as a worker reads them. */
export async function filesAt({ sources }: Pick<ReturnType<typeof worker>, 'sources'>, source: Source, change: Change) {
  const tree = await sources.tree(sourceAt(source, change));
  const paths = await tree.list();
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await tree.read(path)] as const)));
}

export function siteOf(source: Source, more: Partial<Site> = {}): Site {
  return { source, rules: ProjectFile.parse({}), isolation: 'auto', run: 'build-feature/acme/shop/1', key: 'k', taskId: 't1', ...more };
}
