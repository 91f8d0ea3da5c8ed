import {
  CancellationScope,
  ChildWorkflowCancellationType,
  condition,
  executeChild,
  isCancellation,
  ParentClosePolicy,
} from '@temporalio/workflow';
import ms, { type StringValue } from 'ms';
import type { PullRequest } from '../../schemas/github.ts';
import { pullRunId, taskQueues } from '../../schemas/names.ts';
import type { ProjectFile } from '../../schemas/projectFile.ts';
import type { DeployPullRequestPhase, DeployPullRequestRequest } from '../../schemas/pullRequest.ts';
import type { PipelineResult } from '../../schemas/runPipeline.ts';
import type { runPipeline } from '../runPipeline.ts';
import { agentActivities, announcers } from './agents.ts';
import { deploymentStatusOf } from './deploymentStatus.ts';
import type { PullRequestBook } from './pullRequestBook.ts';
import { runRequestOf, withheldBecause } from './pullRequestOrder.ts';
import { outlivingWorkers } from './retries.ts';
import type { StateTracker } from './state.ts';

export type PullRequestContext = {
  request: DeployPullRequestRequest;
  book: PullRequestBook;
  state: StateTracker<DeployPullRequestPhase, unknown>;
};
/** The run that is under way, so that a command can end it. */
export type LiveRun = { run?: CancellationScope };
type Working = PullRequestContext & { rules: ProjectFile; head: PullRequest };

// An outage of GitHub is waited out; what GitHub refuses is refused at once.
export const patientReads = { timeout: '5 minutes', attempts: 1000 };

/** Reviews and runs the head, unless GitHub shows something newer meanwhile: then what runs is ended, and undone, first. */
export async function releaseHead(context: Working, live: LiveRun): Promise<void> {
  const { book, state } = context;
  const scope = new CancellationScope();
  live.run = scope;
  const run = { ended: false, superseded: false };
  const working = scope.run(() => work(context)).finally(() => (run.ended = true));
  const watching = watchForNewer(context, scope, run).catch((error: unknown) => {
    scope.cancel();
    throw error;
  });
  const [result, watch] = await Promise.allSettled([working, watching]);
  live.run = undefined;

  if (watch.status === 'rejected') throw watch.reason;
  if (result.status === 'fulfilled') {
    book.deployment = deploymentStatusOf(result.value.stages);
    return book.ended(result.value.status);
  }
  if (!isCancellation(result.reason)) {
    state.error('run', result.reason);
    return book.ended('failed');
  }
  if (!scope.consideredCancelled) throw result.reason;
  if (!run.superseded) book.ended('cancelled');
}

async function work({ request, book, state, rules, head }: Working): Promise<PipelineResult> {
  const { wish } = book;
  book.wish = undefined;
  book.runs += 1;
  const at = { repo: `${head.owner}/${head.repo}`, commit: head.head.sha };
  if (rules.pull_requests.review !== 'off') {
    state.enter('reviewing', at);
    book.review = await review({ request, state, rules, head });
  }

  state.enter('running', at);
  return await executeChild<typeof runPipeline>('runPipeline', {
    workflowId: pullRunId(head),
    taskQueue: taskQueues.orchestration,
    args: [runRequestOf({ request, head, book, wish, withheld: withheldBecause(book, rules) })],
    // A superseded run is over only when what it did is undone.
    cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    staticSummary: `${at.repo}#${head.number} @ ${at.commit.slice(0, 7)}`,
  });
}

async function review({ request, state, rules, head }: Omit<Working, 'book'>) {
  const { owner, repo, number } = head;
  const commit = head.head.sha;
  const reviewer = agentActivities(request, { timeout: '15 minutes', attempts: 3 }).review;
  const order = { repo_url: head.repository, pr_number: number, commit, base: head.base.sha, fork: head.fork, rules };
  const said = await outlivingWorkers(
    () => reviewer.reviewPullRequest(order),
    (error) => state.error('review', error),
  );
  const publication = {
    place: { owner, repo, pullRequest: number },
    commit,
    review: said,
    key: `review/${owner}/${repo}/${number}/${commit}`,
  };
  await announcers(request)
    .publishReview(publication)
    .catch((error: unknown) => {
      if (isCancellation(error)) throw error;
      state.error('review', error);
    });
  return said;
}

/** Looks at GitHub again whenever something was heard, and ends the run when it is no longer what is wanted. */
async function watchForNewer(context: Working, scope: CancellationScope, run: { ended: boolean; superseded: boolean }): Promise<void> {
  const { request, book, state, rules, head } = context;
  const { github } = agentActivities(request, patientReads);
  const { owner, repo, number } = head;
  const held = withheldBecause(book, rules) !== undefined;
  const over = () => run.ended || scope.consideredCancelled;
  for (;;) {
    await condition(() => over() || book.stale || book.wish !== undefined);
    // Several pushes in a row become one run.
    if (over() || (await condition(over, ms(request.settle as StringValue)))) return;
    book.stale = false;
    const now = await github.readPullRequest({ owner, repo, number });
    if (over()) return;
    const reason = reasonToEnd(context, now, held);
    if (reason === undefined) continue;
    state.checkpoint(reason);
    run.superseded = true;
    book.stale = true;
    scope.cancel();
    return;
  }
}

function reasonToEnd({ book, rules }: Working, now: PullRequest, held: boolean): string | undefined {
  const releasing = book.deployment === 'deploying' || book.deployment === 'watching';
  // What is being released is what was merged: it ends as it would have.
  if (now.merged && releasing) return undefined;
  if (book.wish) return 'asked to run again';
  if (book.isSupersededBy(now)) return now.open ? `superseded by ${now.head.sha.slice(0, 12)}` : 'the pull request was closed';
  const mayHold = !held && !releasing && book.deployment !== 'deployed';
  const hold = mayHold ? withheldBecause(book, rules) : undefined;
  return hold === undefined ? undefined : `not to be deployed any more: ${hold}`;
}
