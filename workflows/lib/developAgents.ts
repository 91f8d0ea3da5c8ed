import { ActivityCancellationType, type ActivityOptions, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import ms, { type StringValue } from 'ms';
import type {
  Architect,
  Coder,
  Debugger,
  DevelopTester,
  FeatureReporter,
  GroundAgent,
  ModelAgent,
  Planner,
  Publisher,
} from '../../activities/developContracts.ts';
import { taskQueues } from '../../schemas/names.ts';
import type { Patience } from './agents.ts';

// Beyond the commands' own time: checkout, dependencies, clean-up; for a model three answers of five minutes.
const preparation = ms('20 minutes');
// A broken step is tried again for about a quarter of an hour: a provider's outage passes, a worker that is gone is replaced.
const attempts = 20;

/** The agents of the develop flow, each on its own queue. `work` is the longest that commands of one step may take. */
export function developAgents(patience: Patience, work = '5 minutes') {
  const options = (queue: keyof typeof taskQueues): ActivityOptions => ({
    taskQueue: taskQueues[queue],
    startToCloseTimeout: ms(work as StringValue) + preparation,
    scheduleToStartTimeout: ms(patience.workerWait as StringValue),
    heartbeatTimeout: ms(patience.heartbeatTimeout as StringValue),
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { maximumAttempts: attempts, initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  });
  return {
    ground: proxyActivities<GroundAgent>(options('source')),
    planner: proxyActivities<Planner>(options('planner')),
    architect: proxyActivities<Architect>(options('architect')),
    coder: proxyActivities<Coder>(options('coder')),
    tester: proxyActivities<DevelopTester>(options('tester')),
    debugger: proxyActivities<Debugger>(options('debugger')),
    model: proxyActivities<ModelAgent>(options('model')),
    publisher: proxyActivities<Publisher>(options('publisher')),
  };
}
export type DevelopAgents = ReturnType<typeof developAgents>;

/** Time for a proof: the tests without the change, with it as often as asked, once turned round, and the repository's own twice. */
export function proofTime(testTimeout: string, times: number): string {
  return `${ms(testTimeout as StringValue) * (times + 4)} ms`;
}

/** Writes a build's report in the flow's own worker (decision 8). */
export const featureReporter = proxyLocalActivities<FeatureReporter>({
  startToCloseTimeout: '30 seconds',
  retry: { maximumAttempts: 5, initialInterval: '1 second', backoffCoefficient: 2 },
});
