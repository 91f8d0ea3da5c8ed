/** The workflow types that a worker serves. */
export { buildFeature } from './buildFeature.ts';
export { debugFailure } from './debugFailure.ts';
export { deployPullRequest } from './deployPullRequest.ts';
export { planFeature } from './planFeature.ts';
export { reconcileWebhooks } from './reconcileWebhooks.ts';
export { resourceLock } from './resourceLock.ts';
export { runAgentTask } from './runAgentTask.ts';
export { runPipeline } from './runPipeline.ts';
export { solveTask } from './solveTask.ts';
