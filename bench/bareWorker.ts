import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { workerDefaults } from '../workers/defaults.ts';
import type { bareSteps } from './workflows.ts';

/** The bench's own flows as one file for the workers. */
export async function benchBundle(): Promise<WorkflowBundleWithSourceMap> {
  const workflowsPath = fileURLToPath(new URL('workflows.ts', import.meta.url));
  return bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
}

/** A bare SDK worker on one server, and the means to run flows on it. */
export type BareWorker = { runFlow(steps: number): Promise<number>; stop(): Promise<void> };

const taskQueue = 'bench';

/** Starts one worker with the options of ours. `runFlow` answers the milliseconds from the start call to the result. */
export async function startBareWorker(address: string, workflowBundle: WorkflowBundleWithSourceMap): Promise<BareWorker> {
  const [native, connection] = await Promise.all([NativeConnection.connect({ address }), Connection.connect({ address })]);
  const activities = { noOp: async () => undefined };
  const worker = await Worker.create({ ...workerDefaults, connection: native, taskQueue, workflowBundle, activities });
  const running = worker.run();
  const client = new Client({ connection });
  let flows = 0;
  return {
    async runFlow(steps) {
      const began = performance.now();
      await client.workflow.execute<typeof bareSteps>('bareSteps', { taskQueue, workflowId: `bare-${flows++}`, args: [steps] });
      return performance.now() - began;
    },
    async stop() {
      worker.shutdown();
      await running;
      await Promise.all([native.close(), connection.close()]);
    },
  };
}

/** Runs `count` flows with `inFlight` at a time; answers flows per second. */
export async function flowsPerSecond(worker: Pick<BareWorker, 'runFlow'>, { steps, count, inFlight, signal }: Load): Promise<number> {
  let left = count;
  const began = performance.now();
  const lanes = Array.from({ length: inFlight }, async () => {
    while (left-- > 0) {
      signal.throwIfAborted();
      await worker.runFlow(steps);
    }
  });
  // All lanes end before an interruption is passed on, so that nothing runs when the workers stop.
  for (const lane of await Promise.allSettled(lanes)) if (lane.status === 'rejected') throw lane.reason;
  return (count * 1000) / (performance.now() - began);
}

type Load = { steps: number; count: number; inFlight: number; signal: AbortSignal };
