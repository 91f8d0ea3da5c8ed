import { createCommits } from '../../activities/lib/generated/createCommits.ts';
import type { Commits } from '../../activities/lib/generated/commits.ts';
import { createSourceReader, type SourceReader } from '../../activities/lib/source.ts';
import { createArtifactStore } from '../../activities/lib/store.ts';
import type { ArtifactStore } from '../../activities/lib/workbench.ts';
import type { FeatureGround } from '../../schemas/buildFeature.ts';
import type { Change } from '../../schemas/mind.ts';
import type { BlobRef } from '../../schemas/nouns.ts';
import { ProjectFile } from '../../schemas/projectFile.ts';
import type { Site } from '../../schemas/solveTask.ts';
import { Todo } from '../../schemas/todoList.ts';
import { makeRepository, temporaryFolder } from './gitRepository.ts';

export type ModelGround = {
  home: string;
  store: ArtifactStore;
  sources: SourceReader;
  commits: Commits;
  site: Site;
  ground: FeatureGround;
  start: Change;
  textOf(ref: BlobRef): Promise<string>;
};

/** A real repository with these files, a store, and what reads and commits; for agents that think. */
export async function modelGround(files: Readonly<Record<string, string>>): Promise<ModelGround> {
  const repository = await makeRepository();
  await repository.commit(files);
  const home = await temporaryFolder();
  const store = createArtifactStore({ home });
  const sources = createSourceReader({ home, store });
  const source = await sources.resolve({ repository: repository.path, ref: 'HEAD', trusted: false });
  const rules = ProjectFile.parse({});
  return {
    home,
    store,
    sources,
    commits: createCommits({ home, store }),
    site: { source, rules, isolation: 'process', run: 'develop/shop', key: 'develop/shop/1', taskId: 't1' },
    ground: { source, rules, created: false, notices: [] },
    start: { commit: source.commit, tree: source.tree },
    textOf: async (ref) => Buffer.from(await store.get(ref)).toString('utf8'),
  };
}

/** A task about a file of the shop. */
export const aTodo = Todo.parse({
  id: 't1',
  title: 'Retry',
  description: 'Add retry(times) to src/shop.ts.',
  acceptance_criteria: [{ id: 'ac1', text: 'gives up after the given number of tries' }],
  expected_artifacts: ['src/shop.ts'],
});
