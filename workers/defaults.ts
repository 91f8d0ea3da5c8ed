import type { WorkerOptions } from '@temporalio/worker';
import { translation } from './translation.ts';

/** Options that every worker of ours has, in production, tests and benchmarks alike. */
export const workerDefaults = {
  shutdownGraceTime: '10 seconds',
  shutdownForceTime: '20 seconds',
  // The SDK holds heartbeats back for most of their timeout; a cancellation would then be heard half a minute late.
  maxHeartbeatThrottleInterval: '1 second',
  // Each of our queues has a worker of its own: ten polls each, as by default, would be eighty that mostly wait.
  maxConcurrentActivityTaskPolls: 2,
  interceptors: { activity: [translation] },
} satisfies Partial<WorkerOptions>;
