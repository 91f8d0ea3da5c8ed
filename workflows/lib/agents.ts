import { ActivityCancellationType, type ActivityOptions, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import ms, { type StringValue } from 'ms';
import type {
  Announcer,
  Builder,
  Controller,
  Deployer,
  GitHubAgent,
  Linter,
  Reporter,
  Reviewer,
  SecurityScanner,
  SourceAgent,
  Tester,
} from '../../activities/contracts.ts';
import { type Agent, taskQueues } from '../../schemas/names.ts';

/** What a person may set about waiting, taken from the flow's input. */
export type Patience = { heartbeatTimeout: string; workerWait: string };

// Beyond a stage's own timeout: time for checkout, dependencies and clean-up, which the stage's commands do not see.
const preparation = ms('15 minutes');

/** The agents' activities, each on its own queue. `timeout` is the longest that one try may take. */
export function agentActivities(patience: Patience, step: { timeout: string; attempts: number }) {
  const options = (agent: Agent): ActivityOptions => ({
    taskQueue: taskQueues[agent],
    startToCloseTimeout: ms(step.timeout as StringValue) + preparation,
    scheduleToStartTimeout: ms(patience.workerWait as StringValue),
    heartbeatTimeout: ms(patience.heartbeatTimeout as StringValue),
    // A cancelled step is over only when its processes are.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { maximumAttempts: step.attempts, initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  });
  return {
    source: proxyActivities<SourceAgent>(options('source')),
    control: proxyActivities<Controller>(options('control')),
    github: proxyActivities<GitHubAgent>(options('github')),
    review: proxyActivities<Reviewer>(options('review')),
    lint: proxyActivities<Linter>(options('lint')),
    test: proxyActivities<Tester>(options('test')),
    build: proxyActivities<Builder>(options('build')),
    security: proxyActivities<SecurityScanner>(options('security')),
    deploy: proxyActivities<Deployer>(options('deploy')),
  };
}

/** Writes the run's report in the flow's own worker: two files from what the flow already holds need no trip through a queue (decision 8). */
export const reporter = proxyLocalActivities<Reporter>({
  startToCloseTimeout: '30 seconds',
  retry: { maximumAttempts: 5, initialInterval: '1 second', backoffCoefficient: 2 },
});

/** Telling people goes on being tried for `tellWithin`, whatever its attempts: an outage elsewhere passes. */
export function announcers({ heartbeatTimeout, tellWithin }: { heartbeatTimeout: string; tellWithin: string }) {
  return proxyActivities<Announcer>({
    taskQueue: taskQueues.report,
    startToCloseTimeout: '5 minutes',
    scheduleToCloseTimeout: ms(tellWithin as StringValue),
    heartbeatTimeout: ms(heartbeatTimeout as StringValue),
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  });
}
