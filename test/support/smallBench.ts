import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { keeping } from '../../activities/lib/keeping.ts';
import { createArtifactStore } from '../../activities/lib/store.ts';
import type { StageRunner, Workbench } from '../../activities/lib/workbench.ts';
import type { Box } from '../../activities/sandbox/box.ts';
import { createProcessDriver } from '../../activities/sandbox/process/driver.ts';
import type { Project } from '../../repository/project.ts';
import type { FileTree } from '../../repository/tree.ts';
import { ProjectFile } from '../../schemas/projectFile.ts';
import type { Stage, StageResult, StageTask } from '../../schemas/stage.ts';
import { temporaryFolder } from './gitRepository.ts';
import { source, stage } from './plans.ts';

export type Files = Readonly<Record<string, string>>;

export type SmallBench = {
  files: Files;
  /** Files of the base; absent: there is none. */
  base?: Files;
  /** Files that an install would have added to the box. */
  installed?: Files;
  project?: Partial<Project>;
  diff?: string;
  signal?: AbortSignal;
};

/** Runs one agent at a workbench in a temporary folder, its box a plain process. No git and no Temporal take part. */
export async function atSmallBench(
  given: SmallBench,
  agent: (runStage: StageRunner) => (task: StageTask) => Promise<StageResult>,
  change: TaskChange = {},
) {
  const folder = await temporaryFolder();
  const workspace = join(folder, 'workspace');
  await writeFiles(workspace, given.files);
  await mkdir(join(folder, 'scratch'));
  const store = createArtifactStore({ home: folder });
  const notes = { log: '', notices: [] as string[], actions: [] as StageResult['actions'] };
  const at = new Date().toISOString();

  const runStage: StageRunner = async (task, _trait, work) => {
    let box: Promise<Box> | undefined;
    const signal = given.signal ?? AbortSignal.timeout(60_000);
    const open = async () => {
      const limits = { memoryBytes: 2 ** 32, processes: 512, cpus: 2, outputBytes: 2 ** 26, diskBytes: 2 ** 32 };
      const driver = createProcessDriver({ home: folder });
      const opened = await driver.open({
        workspace,
        network: false,
        limits,
        onOutput: (text) => void (notes.log += text),
        signal,
        owner: 'test',
      });
      for (const [path, text] of Object.entries(given.installed ?? {})) await opened.writeText(path, text);
      return opened;
    };
    const bench: Workbench = {
      task,
      project: { packages: [], dockerfiles: [], ...given.project },
      tree: treeOf(given.files),
      baseTree: given.base === undefined ? undefined : treeOf(given.base),
      signal,
      workspace,
      scratch: join(folder, 'scratch'),
      box: () => (box ??= open()),
      run: async ({ directory = task.stage.directory, env, ...command }) =>
        (await bench.box()).run({ ...command, directory, env: { ...env, ...task.stage.env }, timeoutMs: 60_000 }),
      diff: async () => given.diff ?? '',
      did: (did) => void notes.actions.push({ at, did }),
      notice: (text) => void notes.notices.push(text),
      log: (line) => void (notes.log += `${line}\n`),
      ...keeping(store),
    };
    try {
      const verdict = await work(bench);
      return {
        artifacts: [],
        ...verdict,
        digest: '',
        isolation: 'process',
        notices: notes.notices,
        startedAt: at,
        endedAt: at,
        actions: notes.actions,
      };
    } finally {
      await (await box)?.close();
    }
  };

  const result = await agent(runStage)(taskOf(change));
  const read = async (name: string) => {
    const blob = result.artifacts.find((artifact) => artifact.name === name)?.blob;
    return blob === undefined ? '' : Buffer.from(await store.get(blob)).toString('utf8');
  };
  const fetch = async (name: string, to: string) => {
    const artifact = result.artifacts.find((one) => one.name === name);
    if (artifact === undefined) throw new Error(`no artifact ${name}: ${result.summary}`);
    return keeping(store).fetch(artifact, to);
  };
  return { ...result, text: notes.log, read, fetch };
}

export type TaskChange = { stage?: Partial<Stage>; rules?: Record<string, unknown>; slug?: string };

function taskOf({ stage: changed = {}, rules = {}, slug = source.slug }: TaskChange): StageTask {
  return {
    source: { ...source, slug, trusted: true },
    stage: stage('build', changed),
    needs: {},
    rules: ProjectFile.parse(rules),
    effectKey: 'run-pipeline/acme/shop/build/1',
    isolation: 'process',
    iteration: 1,
    reuse: false,
  };
}

function treeOf(files: Files): FileTree {
  return {
    list: async () => Object.keys(files).sort(),
    read: async (path) => files[path],
  };
}

async function writeFiles(folder: string, files: Files): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}
