import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createArtifactStore } from '../activities/lib/store.ts';
import { thisOwner } from '../activities/sandbox/owner.ts';
import { createSandboxes } from '../activities/sandbox/sandboxes.ts';
import { loadConfig } from '../config/config.ts';
import { taskQueues } from '../schemas/names.ts';
import { ProjectFile } from '../schemas/projectFile.ts';
import { isolationKinds } from '../schemas/nouns.ts';
import type { SolveTaskRequest } from '../schemas/solveTask.ts';
import { createSourceReader } from '../activities/lib/source.ts';
import { done, edit, run } from '../test/support/scriptedModel.ts';
import { openModelServer } from '../test/support/openModelServer.ts';
import { standingRepository } from '../test/support/standingRepository.ts';
import type { solveTask } from '../workflows/solveTask.ts';
import { type Installation, openInstallation } from './installation.ts';
import { atMost, type BenchReport } from './report.ts';
import { stepTimes } from './stepTimes.ts';
import { median, withSpread } from './statistics.ts';
import { inRounds } from './rounds.ts';
import { tidily } from './tidily.ts';

const steps = 500;
const commands = 40;
/** Steps around the tenth and the last that are compared: one alone would be chance. */
const around = 20;

/** The agent loop: what a step costs beyond the model's and the command's own time, whether that grows, and how fast a sandbox starts. */
export async function benchDevelop(report: BenchReport, signal: AbortSignal): Promise<void> {
  await tidily(async (atEnd) => {
    const folder = await mkdtemp(join(tmpdir(), 'mainstay-bench-'));
    atEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
    const repository = await standingRepository({
      'package.json': '{"name":"loop","version":"1.0.0"}\n',
      'src/a.js': 'export const a = 0;\n',
    });
    atEnd(repository.close);
    const spent: number[] = [];
    const model = await openModelServer((asked) => {
      const [, kind, last] = /loop of (\w+), (\d+) steps/.exec(asked.text) ?? [];
      const number = spent.push(0);
      if (number % (Number(last) + 1) === 0) return done();
      return kind === 'edits' ? edit('src/a.js', `export const a = ${number};\n`) : run('true');
    });
    atEnd(model.close);
    const { key = '', url = '', model: name } = model.settings('google');
    const installation = await openInstallation(folder, atEnd, { GOOGLE_API_KEY: key, MAINSTAY_MODEL_URL: url, MODEL_NAME: name });

    const home = join(folder, 'home');
    const place = { installation, home, repository: repository.path, signal };
    const edits = await loop(place, { kind: 'edits', count: steps });
    report.note(`${steps} steps that edit: ${withSpread(edits, 'ms')} each`);
    report.item(atMost('develop/step that edits, model server and git included, p50', median(edits), 150, 'ms'));
    const [early, late] = [edits.slice(0, around), edits.slice(-around)];
    report.item(atMost(`develop/step ${steps} against step 10`, median(late) / median(early), 1.5));

    spent.length = 0;
    const runs = await loop(place, { kind: 'commands', count: commands });
    // The first command opens the sandbox; that is measured below.
    report.note(`${commands} steps that run \`true\`: ${withSpread(runs.slice(1), 'ms')} each`);
    report.item(atMost('develop/step that runs a command, p50', median(runs.slice(1)), 150, 'ms'));
    await sandboxStarts(report, { home, workspace: repository.path, signal });
  });
}

type Place = { installation: Installation; home: string; repository: string; signal: AbortSignal };

/** Runs the real `solveTask` with all real agents; answers each step's milliseconds, from question to question. */
async function loop(
  { installation, home, repository, signal }: Place,
  { kind, count }: { kind: string; count: number },
): Promise<number[]> {
  const store = createArtifactStore({ home });
  const source = await createSourceReader({ home, store }).resolve({ repository, ref: 'HEAD', trusted: false });
  const brief = await store.put(`A loop of ${kind}, ${count} steps.`, 'text/plain');
  const request: SolveTaskRequest = {
    site: { source, rules: ProjectFile.parse({}), isolation: 'auto', run: 'bench', key: `bench/${kind}`, taskId: 't1' },
    role: 'coder',
    start: { commit: source.commit, tree: source.tree },
    brief,
    protected: [],
    limits: { steps: 10_000, tokens: 100_000_000, minutes: 60 },
    commandTimeout: '1 minute',
    heartbeatTimeout: '30 seconds',
    workerWait: '1 minute',
    modelWait: '1 minute',
  };
  const { client } = installation;
  const handle = await client.workflow.start<typeof solveTask>('solveTask', {
    taskQueue: taskQueues.orchestration,
    workflowId: `solve-task/bench/${kind}`,
    args: [request],
  });
  await client.connection.withAbortSignal(signal, () => handle.result());
  return await stepTimes(client, `solve-task/bench/${kind}`, handle.firstExecutionRunId);
}

async function sandboxStarts(report: BenchReport, { home, workspace, signal }: { home: string; workspace: string; signal: AbortSignal }) {
  const config = loadConfig({ MAINSTAY_HOME: home });
  const { drivers } = createSandboxes({ home, image: config.sandboxImage });
  for (const kind of isolationKinds) {
    const driver = drivers.find((one) => one.kind === kind);
    const reason = driver ? await driver.unavailable() : 'there is no driver';
    if (!driver || reason !== undefined) {
      report.note(`${kind}: not measured: ${reason}`);
      continue;
    }
    const times: number[] = [];
    await inRounds({ most: 20, withinMs: 20_000, signal }, async () => {
      const began = performance.now();
      const box = await driver.open({
        workspace,
        network: false,
        limits: config.limits,
        onOutput: () => undefined,
        signal,
        owner: thisOwner(),
      });
      times.push(performance.now() - began);
      await box.close();
    });
    report.note(`${kind}: sandbox start ${withSpread(times, 'ms')}`);
    report.item(atMost(`develop/${kind} sandbox start, p50`, median(times), 1000, 'ms'));
  }
}
