import { plainLine } from '../../../schemas/plainText.ts';
import type { RunNews } from '../../../schemas/runNews.ts';
import type { StageRecord } from '../../../schemas/runPipeline.ts';
import { linkTo } from '../escape.ts';
import { outgoing } from './outgoing.ts';

/** A release as GitHub should tell it. `key` names it in the deployment's payload, and is the key of the effect that makes the release. */
export type Deployment = {
  key: string;
  /** Key of the try after it: where that one is shown already, because it waited for its lock, the words are about that one. */
  next?: string;
  /** False for a try that never began: it is told only where it is shown. */
  begun: boolean;
  environment: string;
  /** True when a release was there and was taken back. */
  undone: boolean;
  status: {
    state: 'queued' | 'in_progress' | 'success' | 'failure';
    description: string;
    environment_url?: string;
    log_url?: string;
  };
};

const longestDescription = 140;

/** The deployment that a stage makes; undefined for a stage that deploys nothing, or nothing yet, or nobody knows where to. */
export function deploymentOf(news: RunNews, stage: StageRecord, link: string | undefined): Deployment | undefined {
  const { agent, status, release, iteration } = stage;
  const environment = release?.environment ?? stage.environment;
  if (agent !== 'deploy' || environment === undefined || status === 'pending') return undefined;

  const keyOf = (attempt: number) => `${news.key}/${stage.id}/${attempt}`;
  const waits = status === 'awaitingLock';
  const isLost = (status === 'failed' || status === 'cancelled' || status === 'skipped') && !release;
  const url = linkTo(release?.url ?? news.environments[environment]?.url);
  const log = linkTo(link);
  return {
    // A try is counted when it begins, which is after it has got its lock.
    key: keyOf(waits ? iteration + 1 : iteration),
    ...(isLost ? { next: keyOf(iteration + 1) } : {}),
    begun: waits || (iteration > 0 && status !== 'skipped'),
    environment: plainLine(environment, 200),
    undone: release !== undefined && (status === 'failed' || status === 'cancelled'),
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
    case 'pending':
    case 'awaitingLock':
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
