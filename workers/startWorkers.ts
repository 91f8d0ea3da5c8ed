import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import type { Client } from '@temporalio/client';
import { type NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import type { Config } from '../config/config.ts';
import { failure } from '../schemas/failures.ts';
import { type Agent, agents as allAgents, taskQueues } from '../schemas/names.ts';
import { createAgents } from './agents.ts';
import { workflowBundle } from './bundle.ts';
import { workerDefaults } from './defaults.ts';
import { quietLogger } from './logger.ts';
import { removeLeftovers } from './leftovers.ts';

export type WorkersRequest = {
  config: Config;
  connection: NativeConnection;
  client: Client;
  uiUrl?: string;
  namespace: string;
  /** Agents whose queues this process serves; default: all. */
  agents?: readonly Agent[];
  /** Whether this process runs the flows themselves. */
  flows: boolean;
  progress?(text: string): void;
};

export type RunningWorkers = {
  queues: string[];
  /** Rejects when a worker broke; resolves after `stop`. */
  readonly ended: Promise<void>;
  /** Takes no new work, gives running work its grace, and ends. */
  stop(): Promise<void>;
};

// Commands of stages use the machine fully: more of them at once than cores makes each slower and none sooner.
const heavy: ReadonlySet<Agent> = new Set(['lint', 'test', 'build', 'security', 'coder', 'tester', 'debugger']);

/** Starts one worker per task queue over one connection; work that a dead process left behind is removed first. */
export async function startWorkers(request: WorkersRequest): Promise<RunningWorkers> {
  const { config, connection, namespace, flows, agents = allAgents } = request;
  installRuntime(config);
  const set = createAgents(request);
  await removeLeftovers({ home: config.home, drivers: set.sandboxes.drivers });

  const shared = { ...workerDefaults, connection, namespace };
  const workers = await Promise.all([
    ...(flows ? [flowWorker({ ...shared, activities: set.flowActivities }, config)] : []),
    ...agents.map((agent) =>
      Worker.create({
        ...shared,
        taskQueue: taskQueues[agent],
        activities: set.activities[agent],
        maxConcurrentActivityTaskExecutions: heavy.has(agent) ? Math.max(2, availableParallelism()) : 20,
      }),
    ),
  ]);
  const running = workers.map((worker) => worker.run());
  const ended = Promise.all(running).then(() => undefined);
  // Whoever waits for `ended` learns of it; nobody waiting must not end the process.
  ended.catch(() => undefined);
  return {
    queues: workers.map((worker) => worker.options.taskQueue),
    ended,
    async stop() {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.allSettled(running);
    },
  };
}

async function flowWorker(shared: Partial<WorkerOptions>, config: Config): Promise<Worker> {
  return await Worker.create({
    ...shared,
    taskQueue: taskQueues.orchestration,
    workflowBundle: await workflowBundle({ cache: join(config.home, 'cache') }),
    maxCachedWorkflows: 500,
  });
}

// The process decides about signals itself: the SDK's own handling would end work without the CLI's clean-up.
const installed = { runtime: false };
/** Must come before the first native connection; later calls do nothing. `metrics`: host:port at which Prometheus finds the figures of this process. */
export function installRuntime({ metrics }: { metrics?: string } = {}): void {
  if (installed.runtime) return;
  installed.runtime = true;
  const telemetryOptions = metrics === undefined ? {} : { metrics: { prometheus: { bindAddress: metrics } } };
  try {
    Runtime.install({ shutdownSignals: [], logger: quietLogger(), telemetryOptions });
  } catch (error) {
    throw failure('InvalidInput', `MAINSTAY_METRICS: ${metrics} cannot be had: name a free host:port`, undefined, error);
  }
}
