import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { Builder, Deployer, Linter, Reporter, SecurityScanner, SourceAgent, Tester } from '../activities/contracts.ts';
import { agents, taskQueues } from '../schemas/names.ts';
import { ProjectFile } from '../schemas/projectFile.ts';
import type { PipelinePlan } from '../schemas/runPipeline.ts';
import type { StageResult } from '../schemas/stage.ts';
import { Source } from '../schemas/source.ts';
import { workflowBundle } from '../workers/bundle.ts';
import type { runPipeline } from '../workflows/runPipeline.ts';
import type { BareWorker } from './bareWorker.ts';

type Agents = SourceAgent & Linter & Tester & Builder & SecurityScanner & Deployer & Reporter;

/** The real `runPipeline` on its own queues, with agents that do nothing: what is left is our own cost. */
export async function startNoopPipeline(address: string, cache: string): Promise<BareWorker> {
  const [native, connection] = await Promise.all([NativeConnection.connect({ address }), Connection.connect({ address })]);
  const activities = noopAgents();
  const flows = await Worker.create({
    connection: native,
    taskQueue: taskQueues.orchestration,
    workflowBundle: await workflowBundle({ cache }),
  });
  const stages = await Promise.all(agents.map((agent) => Worker.create({ connection: native, taskQueue: taskQueues[agent], activities })));
  const workers = [flows, ...stages];
  const running = workers.map((worker) => worker.run());
  const client = new Client({ connection });
  let runs = 0;
  return {
    async runFlow(steps) {
      const began = performance.now();
      // The number of stages travels in the ref, which the no-op source agent reads.
      const args = [{ repository: 'noop', ref: String(steps) }] as never;
      await client.workflow.execute<typeof runPipeline>('runPipeline', {
        taskQueue: taskQueues.orchestration,
        workflowId: `noop-${runs++}`,
        args,
      });
      return performance.now() - began;
    },
    async stop() {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
      await Promise.all([native.close(), connection.close()]);
    },
  };
}

function noopAgents(): Agents {
  const at = new Date(0).toISOString();
  const digest = '0'.repeat(64);
  const result: StageResult = {
    passed: true,
    summary: 'nothing',
    digest,
    isolation: 'none',
    notices: [],
    artifacts: [],
    startedAt: at,
    endedAt: at,
    actions: [],
  };
  const blob = { sha256: digest, size: 0, mediaType: 'text/plain' };
  const work = async () => result;
  return {
    openRun: async ({ ref }) => chain(Number(ref)),
    evaluateCondition: async () => true,
    lintCode: work,
    runTests: work,
    buildArtifacts: work,
    scanSecurity: work,
    deployRelease: async () => ({ environment: 'none', target: 'command', key: 'none', digest }),
    watchRelease: async () => ({ verdict: 'pass', reason: '', probes: 0, failed: 0 }),
    rollBackRelease: async () => ({ undone: false }),
    writeReport: async () => ({ markdown: blob, json: blob }),
  };
}

/** A plan of `length` stages, each needing the one before, spread over the four agents that work on code. */
function chain(length: number): PipelinePlan {
  const sha = '1'.repeat(40);
  const source = Source.parse({
    repository: 'noop',
    slug: 'local/noop',
    ref: 'main',
    commit: sha,
    tree: sha,
    changedPaths: 0,
    dirty: false,
    trusted: false,
  });
  const working = ['lint', 'test', 'build', 'security'] as const;
  const stages = Array.from({ length }, (_, index) => ({
    id: `stage-${index}`,
    name: `stage-${index}`,
    agent: working[index % working.length] ?? 'test',
    needs: index === 0 ? [] : [`stage-${index - 1}`],
    run: [],
    directory: '',
    env: {},
    matrix: {},
    allowFailure: false,
    retryOnFailure: 0,
    attempts: 3,
    timeout: '1 minute',
    cache: true,
    approval: false,
    with: {},
  }));
  return { source, stages, origin: 'request', hash: sha, notices: [], notifyOnSuccess: false, rules: ProjectFile.parse({}) };
}
