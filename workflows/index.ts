/** The workflow types that a worker serves. */
export { deployPullRequest } from './deployPullRequest.ts';
export { reconcileWebhooks } from './reconcileWebhooks.ts';
export { resourceLock } from './resourceLock.ts';
export { runPipeline } from './runPipeline.ts';
