import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { withDependencies } from '../../activities/lib/install/environment.ts';
import { createInstaller } from '../../activities/lib/install/prepare.ts';
import type { Verdict, Workbench } from '../../activities/lib/workbench.ts';
import type { Box } from '../../activities/sandbox/box.ts';
import { createProcessDriver } from '../../activities/sandbox/process/driver.ts';
import type { Project } from '../../repository/project.ts';
import type { FileTree } from '../../repository/tree.ts';
import { ProjectFile } from '../../schemas/projectFile.ts';
import type { Artifact, Stage, StageTask } from '../../schemas/stage.ts';

export type Trial = {
  project: Project;
  /** Files of the repository, path → text; or a folder that holds them. */
  files: Record<string, string> | string;
  stage?: Partial<Stage>;
  rules?: unknown;
  /** Unified diff against the base; `base`: there is one. */
  diff?: string;
  base?: boolean;
  /** Folder for dependencies that several trials share; absent: none are installed. */
  home?: string;
};

export type Tried = { verdict: Verdict; log: string; notices: string[]; actions: string[]; kept: Record<string, string> };

/** Lets an agent work at a real box (a plain process) on the files. */
export async function tryAtWorkbench(
  trial: Trial,
  work: (task: StageTask, run: (work: (bench: Workbench) => Promise<Verdict>) => Promise<Verdict>) => Promise<Verdict>,
): Promise<Tried> {
  const scratch = await mkdtemp(join(tmpdir(), 'mainstay-bench-'));
  const said = { log: '', notices: [] as string[], actions: [] as string[], kept: {} as Record<string, string> };
  let box: Promise<Box> | undefined;
  try {
    const workspace = typeof trial.files === 'string' ? trial.files : join(scratch, 'workspace');
    if (typeof trial.files !== 'string') await writeFiles(workspace, trial.files);
    const home = trial.home ?? scratch;
    const driver = createProcessDriver({ home });
    const tree = folderTree(workspace);
    const task = taskOf(trial);
    const signal = new AbortController().signal;
    const limits = { memoryBytes: 4 * 2 ** 30, processes: 512, cpus: 2, outputBytes: 64 * 2 ** 20, diskBytes: 2 ** 33 };
    const request = { workspace, limits, signal, owner: 'test', onOutput: (chunk: string) => void (said.log += chunk) };
    const line = (text: string) => void (said.log += `${text}\n`);
    const open = async () => {
      const dependencies = trial.home
        ? await createInstaller({ locks: join(home, 'locks') }).prepareDependencies({
            project: trial.project, tree, source: task.source, driver, timeoutMs: 300_000, signal, log: line,
            did: (action) => void said.actions.push(action), notice: (text) => void said.notices.push(text),
            openBox: () => driver.open({ ...request, network: true }),
          }) // prettier-ignore
        : undefined;
      return driver.open({ ...request, dependencies, network: false });
    };
    const keep = async (name: string, kind: Artifact['kind'], content: string | Uint8Array): Promise<Artifact> => {
      said.kept[name] = content.toString();
      return { name, kind, digest: `sha256:${createHash('sha256').update(content).digest('hex')}` };
    };
    const bench: Workbench = {
      task, project: trial.project, tree, baseTree: undefined, signal, workspace, scratch,
      box: () => (box ??= open()),
      async run(command) {
        const place = await bench.box();
        const text = withDependencies(command.command, { root: place.root, project: trial.project });
        line(`$ ${String(command.command)}`);
        return place.run({ ...command, command: text, directory: command.directory ?? task.stage.directory, env: { ...command.env, ...task.stage.env }, timeoutMs: 120_000 });
      },
      diff: async () => trial.diff ?? '',
      did: (action) => void said.actions.push(action),
      notice: (text) => void said.notices.push(text),
      log: line,
      keep,
      keepFile: async (name, kind, path) => keep(name, kind, await readFile(path)),
      fetch: async () => Promise.reject(new Error('no stage comes before')),
    }; // prettier-ignore
    const verdict = await work(task, (agent) => agent(bench));
    return { verdict, ...said };
  } finally {
    await (await box)?.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

async function writeFiles(folder: string, files: Record<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** The files of a folder, as if all were committed. */
export function folderTree(folder: string): FileTree {
  return {
    list: async () => (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile() && !/\/\.git(\/|$)|node_modules/.test(entry.parentPath)).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort(),
    read: (path, maxBytes = 2 ** 20) => readFile(join(folder, path), 'utf8').then((text) => (text.length > maxBytes ? undefined : text), () => undefined),
  }; // prettier-ignore
}

function taskOf({ stage, rules, base }: Trial): StageTask {
  const sha = '1'.repeat(40) as StageTask['source']['commit'];
  return {
    source: { repository: '/repository', slug: 'local/repository', ref: 'HEAD', commit: sha, tree: sha, base: base ? sha : undefined, changedPaths: 1, dirty: false, trusted: true, fork: false },
    stage: {
      id: 'stage', name: 'stage', agent: 'test', needs: [], run: [], directory: '', env: {}, matrix: {}, allowFailure: false, retryOnFailure: 0,
      attempts: 1, timeout: '10 minutes', cache: true, approval: false, approvers: [], with: {}, ...stage,
    },
    needs: {}, rules: ProjectFile.parse(rules ?? {}), isolation: 'process', iteration: 1, effectKey: 'test', reuse: false,
  }; // prettier-ignore
}
