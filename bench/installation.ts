import { join } from 'node:path';
import { NativeConnection } from '@temporalio/worker';
import { connect } from '../client/connect.ts';
import { preparePipeline, startPipeline } from '../client/runPipeline.ts';
import { loadConfig } from '../config/config.ts';
import { failure } from '../schemas/failures.ts';
import type { PipelineResult } from '../schemas/runPipeline.ts';
import { startWorkers } from '../workers/startWorkers.ts';
import type { runPipeline } from '../workflows/runPipeline.ts';
import { startEmbedded } from './embedded.ts';
import type { AtEnd } from './tidily.ts';
import type { Workload } from './workloads.ts';

/** Engine, all real workers and a client, as `mainstay start` puts them into one process. */
export async function openInstallation(folder: string, atEnd: AtEnd, environment: Record<string, string> = {}) {
  const home = join(folder, 'home');
  const engine = await startEmbedded(home, 'durable');
  atEnd(() => engine.stop());
  const connection = await NativeConnection.connect({ address: engine.address });
  atEnd(() => connection.close());
  const { client, close } = await connect({ options: engine.connectionOptions, namespace: engine.namespace });
  atEnd(close);
  const config = loadConfig({ MAINSTAY_HOME: home, ...environment });
  const workers = await startWorkers({ config, client, connection, namespace: engine.namespace, flows: true });
  atEnd(() => workers.stop());

  return {
    client,
    /** Runs a workload's lines as a pipeline. Answers the milliseconds from the start call to the result, which must be a good one. */
    async run({ repository, lines }: Workload, { reuse, signal }: { reuse: boolean; signal: AbortSignal }): Promise<Timed> {
      const stages = {
        lint: { run: [lines.lint] },
        test: { run: [lines.test] },
        build: { run: [lines.build], with: { make: ['command'] } },
      };
      const began = performance.now();
      const prepared = await preparePipeline({
        repository,
        pipeline: { pipeline: { stages } },
        reuse,
        trusted: true,
        isolation: 'process',
      });
      const { workflowId, runId } = await startPipeline(client, prepared);
      const handle = client.workflow.getHandle<typeof runPipeline>(workflowId, runId);
      const result = await client.connection.withAbortSignal(signal, () => handle.result());
      const ms = performance.now() - began;
      if (result.status !== 'passed') throw failure('RunFailed', `${repository}: ${result.stages.map(({ reason }) => reason).join('; ')}`);
      return { ms, result };
    },
  };
}

export type Installation = Awaited<ReturnType<typeof openInstallation>>;

type Timed = { ms: number; result: PipelineResult };
