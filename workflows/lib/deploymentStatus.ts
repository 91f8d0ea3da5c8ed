import type { DeploymentStatus } from '../../schemas/pullRequest.ts';
import type { StageRecord } from '../../schemas/runPipeline.ts';

/** How far the deploys of a run are, as one word: what happens now, else the worst that happened, else the best. */
export function deploymentStatusOf(records: readonly StageRecord[]): DeploymentStatus {
  const statuses = records.filter(({ agent }) => agent === 'deploy').map(statusOf);
  return order.find((status) => statuses.includes(status)) ?? 'none';
}

const order: readonly DeploymentStatus[] = [
  'deploying',
  'watching',
  'waiting_for_lock',
  'awaiting_approval',
  'failed',
  'rolled_back',
  'deployed',
  'withheld',
];

function statusOf(record: StageRecord): DeploymentStatus {
  switch (record.status) {
    case 'awaitingApproval':
      return 'awaiting_approval';
    case 'awaitingLock':
      return 'waiting_for_lock';
    case 'running':
      return record.release ? 'watching' : 'deploying';
    case 'passed':
      return 'deployed';
    case 'failed':
      return record.failure?.type === 'UnhealthyRelease' ? 'rolled_back' : 'failed';
    case 'cancelled':
      return record.release ? 'rolled_back' : 'none';
    case 'skipped':
      return record.leftOut ? 'withheld' : 'none';
    case 'pending':
      return 'none';
  }
}
