import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { attributesOf } from '../client/startOrJoin.ts';
import { agents, taskQueues } from '../schemas/names.ts';
import { workflowBundle } from '../workers/bundle.ts';
import { workerDefaults } from '../workers/defaults.ts';
import type { runPipeline } from '../workflows/runPipeline.ts';
import type { BareWorker } from './bareWorker.ts';
import { noopAgents, noopSource } from './noopAgents.ts';

type Place = { address: string; cache: string };

/** The real `runPipeline` on its own queues, with agents that do nothing: what is left is our own cost. */
export async function startNoopPipeline(place: Place): Promise<BareWorker> {
  const workers = await startNoopWorkers(place);
  const starter = await noopStarter(place);
  return {
    runFlow: (stages) => starter.runFlow(stages),
    async stop() {
      await starter.close();
      await workers.stop();
    },
  };
}

/** The workers alone, one per task queue. */
export async function startNoopWorkers({ address, cache }: Place): Promise<{ stop(): Promise<void> }> {
  const connection = await NativeConnection.connect({ address });
  const shared = { ...workerDefaults, connection };
  const activities = noopAgents();
  const workers = await Promise.all([
    Worker.create({ ...shared, activities, taskQueue: taskQueues.orchestration, workflowBundle: await workflowBundle({ cache }) }),
    ...agents.map((agent) => Worker.create({ ...shared, taskQueue: taskQueues[agent], activities })),
  ]);
  const running = workers.map((worker) => worker.run());
  return {
    async stop() {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
      await connection.close();
    },
  };
}

/** Starts runs of `runPipeline` with as many stages as asked; answers the milliseconds from the start call to the result. */
export async function noopStarter({ address }: Pick<Place, 'address'>) {
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  let runs = 0;
  return {
    async runFlow(stages: number): Promise<number> {
      const began = performance.now();
      // As the client starts a run; the input interceptor fills in the defaults.
      const args = [{ repository: 'noop', ref: String(stages) }] as never;
      const typedSearchAttributes = attributesOf({ repo: noopSource.slug, commit: noopSource.commit, phase: 'running' });
      const options = { taskQueue: taskQueues.orchestration, workflowId: `noop-${runs++}`, args, typedSearchAttributes };
      await client.workflow.execute<typeof runPipeline>('runPipeline', options);
      return performance.now() - began;
    },
    close: () => connection.close(),
  };
}
