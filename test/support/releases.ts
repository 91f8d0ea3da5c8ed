import { randomUUID } from 'node:crypto';
import { type ChildProcess, fork } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { onTestFinished } from 'vitest';
import type { EffectPlace } from '../../activities/lib/effects.ts';
import { ProjectFile } from '../../schemas/projectFile.ts';
import { Source } from '../../schemas/source.ts';
import type { StageTask } from '../../schemas/stage.ts';
import type { TestRepository } from './gitRepository.ts';
import { stage } from './plans.ts';

// Releases are found by their key on the whole machine, so that two test runs must not share one.
const place: EffectPlace = { workflowId: 'run-pipeline/acme/shop/1', runId: randomUUID() };

/** Gives an activity its Context, as a worker would; it is cancelled when `cancel` aborts. */
export async function perform<Input, Output>(
  activity: (input: Input) => Promise<Output>,
  input: Input,
  cancel?: AbortSignal,
): Promise<Output> {
  const quiet = new DefaultLogger('ERROR');
  const environment = new MockActivityEnvironment({ workflowExecution: place }, { logger: quiet });
  cancel?.addEventListener('abort', () => environment.cancel());
  return await environment.run(activity, input);
}

export type Wish = {
  repository: Pick<TestRepository, 'path' | 'git'>;
  /** Tells releases apart; part of the effect's key. */
  name: string;
  trusted?: boolean;
  env?: Record<string, string>;
  settings?: Record<string, unknown>;
  needs?: StageTask['needs'];
};

/** A deploy of the repository's newest commit to staging, watched for a second. */
export async function deployTask({ repository, name, trusted = true, env = {}, settings = {}, needs = {} }: Wish): Promise<StageTask> {
  const [commit, tree] = await Promise.all([repository.git(['rev-parse', 'HEAD']), repository.git(['rev-parse', 'HEAD^{tree}'])]);
  const source = { repository: repository.path, slug: 'acme/shop', ref: 'main', branch: 'main', commit, tree };
  return {
    source: Source.parse({ ...source, changedPaths: 0, dirty: false, trusted }),
    stage: stage('deploy', { environment: 'staging', env, with: { watch: { window: '1s', interval: '100ms' }, ...settings } }),
    needs,
    rules: ProjectFile.parse({}),
    isolation: 'auto',
    iteration: 1,
    effectKey: `${place.workflowId}/${place.runId}/${repository.path}/${name}/1`,
    reuse: false,
  };
}

/** Pids of living processes whose environment holds `text`; Linux only. */
export async function pidsWith(text: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')));
  return pids.filter((_, index) => found[index]?.includes(text));
}

/** What a service answers now; undefined when nobody does. */
export async function answerOf(url: string | undefined): Promise<string | undefined> {
  return await fetch(url ?? 'http://127.0.0.1:1', { headers: { connection: 'close' } }).then(
    (response) => response.text(),
    () => undefined,
  );
}

/** Starts the deploy in a process of its own, a worker that a test can kill. */
export function deployInChild(order: ChildOrder): ChildProcess {
  const child = fork(fileURLToPath(new URL('deployChild.ts', import.meta.url)), { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.send(order);
  return child;
}

export type ChildOrder = { home: string; task: StageTask; docker?: boolean; kubeconfig?: string };
