import { plainLine } from '../../../schemas/plainText.ts';
import type { RunNews } from '../../../schemas/runNews.ts';
import type { StageRecord } from '../../../schemas/runPipeline.ts';
import { linkTo } from '../escape.ts';
import { outgoing } from './outgoing.ts';

/** A release as GitHub should tell it. `key` names it in the deployment's payload. */
export type Deployment = {
  key: string;
  environment: string;
  status: {
    state: 'queued' | 'in_progress' | 'success' | 'failure';
    description: string;
    environment_url?: string;
    log_url?: string;
  };
};

const longestDescription = 140;

/** The deployment that a stage makes, once it has begun and its environment is known; undefined for any other stage. */
export function deploymentOf(news: RunNews, stage: StageRecord, link: string | undefined): Deployment | undefined {
  const environment = stage.release?.environment ?? stage.environment;
  const hasBegun = stage.agent === 'deploy' && (stage.iteration > 0 || stage.status === 'awaitingLock');
  if (!hasBegun || environment === undefined || stage.status === 'skipped') return undefined;
  // Made pending again: its next try gets a deployment of its own once it begins.
  if (stage.status === 'pending') return undefined;

  const url = linkTo(stage.release?.url ?? news.environments[environment]?.url);
  const log = linkTo(link);
  return {
    // The same as the effect's key; while a stage waits for its lock its try is still to be counted.
    key: `${news.key}/${stage.id}/${Math.max(1, stage.iteration)}`,
    environment: plainLine(environment, 200),
    status: {
      ...stateOf(stage),
      ...(url === undefined ? {} : { environment_url: url }),
      ...(log === undefined ? {} : { log_url: log }),
    },
  };
}

function stateOf({ status, reason, release, result }: StageRecord): Pick<Deployment['status'], 'state' | 'description'> {
  const told = (text: string) => outgoing(plainLine(text, longestDescription), longestDescription);
  switch (status) {
    case 'awaitingLock':
    case 'pending':
      return { state: 'queued', description: told(reason ?? 'waits for the lock of the environment') };
    case 'passed':
      return { state: 'success', description: told(result?.summary ?? reason ?? 'released') };
    case 'failed':
    case 'cancelled':
    case 'skipped':
      return { state: 'failure', description: told(`${release ? 'rolled back: ' : ''}${reason ?? status}`) };
    case 'awaitingApproval':
      return { state: 'in_progress', description: told(reason ?? 'waits for a decision') };
    case 'running':
      return { state: 'in_progress', description: told(release ? (reason ?? 'is watched') : 'is being made') };
  }
}
