import { failureCatalogue, type FailureType } from '../../../schemas/failures.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import type { RunNews } from '../../../schemas/runNews.ts';
import { linkTo } from '../escape.ts';
import { isBad, isRolledBack } from '../facts.ts';
import type { Desk } from './desk.ts';
import { outgoing } from './outgoing.ts';

/** Context of the one commit status; branch protection can require it. */
export const statusContext = 'mainstay';

type CommitStatus = { state: 'pending' | 'success' | 'failure' | 'error'; description: string; target_url?: string };

const longestDescription = 140;

/** The run in a commit status' words. `error`: Mainstay, not the change, is what broke. */
export function statusOf(news: RunNews, link: string | undefined): CommitStatus {
  const url = linkTo(link);
  return {
    state: stateOf(news),
    description: outgoing(plainLine(descriptionOf(news), longestDescription), longestDescription),
    ...(url === undefined ? {} : { target_url: url }),
  };
}

/** Adds a status where the newest one says something else. */
export async function showStatus({ octokit, at }: Desk, commit: string, wanted: CommitStatus): Promise<void> {
  const { data } = await octokit.rest.repos.getCombinedStatusForRef({ ...at, ref: commit, per_page: 100 });
  const shown = data.statuses.find(({ context }) => context === statusContext);
  const isShown =
    shown?.state === wanted.state && shown.description === wanted.description && (shown.target_url || undefined) === wanted.target_url;
  // News of before the run's end that come after it.
  const isLate = wanted.state === 'pending' && shown !== undefined && shown.state !== 'pending' && shown.target_url === wanted.target_url;
  if (!isShown && !isLate) await octokit.rest.repos.createCommitStatus({ ...at, sha: commit, context: statusContext, ...wanted });
}

function stateOf({ status, failure, stages }: RunNews): CommitStatus['state'] {
  if (status === 'planning' || status === 'running') return 'pending';
  if (status === 'passed') return 'success';
  const type = stages.find(isBad)?.failure?.type ?? failure?.type;
  const isOurs = type !== undefined && Object.hasOwn(failureCatalogue, type) && failureCatalogue[type as FailureType].tells === 'operators';
  return isOurs || status === 'cancelled' ? 'error' : 'failure';
}

function descriptionOf({ status, failure, stages, awaiting }: RunNews): string {
  const ids = (wanted: (stage: RunNews['stages'][number]) => boolean) => stages.filter(wanted).map(({ id }) => id);
  const bad = ids(isBad);
  const [asked] = awaiting;
  switch (status) {
    case 'planning':
      return 'looks at the configuration';
    case 'running':
      if (asked) return `waits for a decision: ${asked.title}`;
      return `${stages.filter(({ endedAt }) => endedAt !== undefined).length} of ${stages.length} stages done${running(ids(isRunning))}`;
    case 'passed':
      return `${stages.length} ${stages.length === 1 ? 'stage' : 'stages'} passed`;
    case 'cancelled':
      return 'cancelled';
    case 'failed':
      return `${stages.some(isRolledBack) ? 'release rolled back; ' : ''}failed: ${bad.join(', ') || (failure?.message ?? 'no reason given')}`;
  }
}

function isRunning({ status }: RunNews['stages'][number]): boolean {
  return status === 'running';
}

function running(ids: string[]): string {
  return ids.length === 0 ? '' : `; runs ${ids.join(', ')}`;
}
