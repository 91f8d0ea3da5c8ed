import { join } from 'node:path';
import { createCoder } from '../../../activities/coder/coder.ts';
import type { StepOrder } from '../../../activities/developContracts.ts';
import { createInstaller } from '../../../activities/lib/install/prepare.ts';
import { createCommits } from '../../../activities/lib/generated/createCommits.ts';
import { createSecretFinder } from '../../../activities/lib/secrets.ts';
import { createSourceReader } from '../../../activities/lib/source.ts';
import { createArtifactStore } from '../../../activities/lib/store.ts';
import { createWorkspaces } from '../../../activities/lib/workspaces.ts';
import { thisOwner } from '../../../activities/sandbox/owner.ts';
import { createSandboxes } from '../../../activities/sandbox/sandboxes.ts';
import { Change } from '../../../schemas/mind.ts';
import { onTestFinished } from 'vitest';
import type { IsolationKind } from '../../../schemas/nouns.ts';
import { ProjectFile } from '../../../schemas/projectFile.ts';
import type { Action, Site } from '../../../schemas/solveTask.ts';
import { makeRepository, temporaryFolder, type TestRepository } from '../../support/gitRepository.ts';

export const by = { agent: 'coder@1', mind: 'openai-compatible/scripted', prompt: 'a'.repeat(64) };
/** What looks like secrets; not written as such, so that this file holds none. */
export const fakeKeyId = ['AKIA', 'IOSFODNN7ABCDEFG'].join('');
export const fakeToken = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_');

const mebibyte = 2 ** 20;

type Given = { files: Readonly<Record<string, string>>; isolation?: IsolationKind; prepare?(repository: TestRepository): Promise<unknown> };

/** A repository, a site at its commit, and coders over one store, each with a home of its own. */
export async function coderBench({ files, isolation = 'bubblewrap', prepare }: Given) {
  const repository = await makeRepository();
  await repository.commit(files);
  await prepare?.(repository);
  const shared = await temporaryFolder();
  const store = createArtifactStore({ home: shared });

  async function worker() {
    const home = await temporaryFolder();
    const sources = createSourceReader({ home, store });
    const commits = createCommits({ home, store });
    const deps = {
      home,
      owner: thisOwner(),
      limits: { memoryBytes: 1024 * mebibyte, processes: 128, cpus: 2, outputBytes: 8 * mebibyte, diskBytes: 512 * mebibyte },
      store,
      sandboxes: createSandboxes({ home, image: 'mainstay-sandbox:2' }),
      installer: createInstaller({ locks: join(home, 'locks') }),
      sources,
      workspaces: createWorkspaces({ home, store }),
      commits,
      findSecrets: await createSecretFinder({ scratch: home }),
    };
    return { ...deps, deps, coder: createCoder(deps) };
  }

  const first = await worker();
  const source = await first.sources.resolve({ repository: repository.path, ref: 'HEAD', trusted: false });
  const site: Site = {
    source,
    rules: ProjectFile.parse({}),
    isolation,
    run: 'build-feature/shop/1',
    key: `build-feature/shop/1/${first.home}`,
    taskId: 't1',
  };
  const start = Change.parse({ commit: source.commit, tree: source.tree });
  let number = 0;

  /** Takes one step with a worker's coder; answers what a flow and a model would see. */
  async function take(action: Action, more: Partial<StepOrder> & { with?: typeof first } = {}) {
    number += 1;
    const { with: who = first, ...rest } = more;
    const step = await store.put(JSON.stringify(action), 'application/json');
    const order: StepOrder = { site, role: 'coder', change: start, step, number, protected: [], commandTimeout: '20 seconds', by, at: '2030-01-02T03:04:05.000Z', ...rest }; // prettier-ignore
    onTestFinished(() => who.coder.closeTask({ site }));
    const taken = await who.coder.takeStep(order);
    return { ...taken, order, text: Buffer.from(await store.get(taken.observation)).toString('utf8') };
  }

  /** A file's text at a change; undefined when it is not there. */
  async function textAt(change: Change, path: string) {
    const tree = await first.sources.tree({ repository: repository.path, commit: change.commit, objects: change.objects });
    return await tree.read(path);
  }
  async function pathsAt(change: Change) {
    return await (await first.sources.tree({ repository: repository.path, commit: change.commit, objects: change.objects })).list();
  }

  return { repository, store, site, start, first, worker, take, textAt, pathsAt };
}
