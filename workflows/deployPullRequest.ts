import { allHandlersFinished, condition, continueAsNew, setHandler } from '@temporalio/workflow';
import ms, { type StringValue } from 'ms';
import type { PullRequest } from '../schemas/github.ts';
import type { DeployPullRequestPhase, DeployPullRequestRequest, DeployPullRequestResult } from '../schemas/pullRequest.ts';
import { agentActivities } from './lib/agents.ts';
import { isHistoryLong } from './lib/longHistory.ts';
import { PullRequestBook } from './lib/pullRequestBook.ts';
import { carryOut } from './lib/pullRequestCommands.ts';
import { type LiveRun, patientReads, releaseHead } from './lib/pullRequestRun.ts';
import { pullRequestView } from './lib/pullRequestView.ts';
import { type StateTracker, trackState } from './lib/state.ts';
import { commandGivenSignal, outsideFailureSignal, pullRequestChangedSignal, runProgressedSignal } from './messages.ts';

/**
 * One pull request for as long as it is open. Signals only say that something happened; what is true is read from GitHub. Each new head is
 * reviewed and run, a newer push takes the place of an older one, and people steer by commands.
 */
export async function deployPullRequest(request: DeployPullRequestRequest): Promise<DeployPullRequestResult> {
  const { owner, repo, number } = request;
  const book = new PullRequestBook(request.memory);
  const state = trackState<DeployPullRequestPhase, DeployPullRequestResult>('looking', () => pullRequestView(book));
  const { github } = agentActivities(request, patientReads);
  setHandler(pullRequestChangedSignal, ({ delivery }) => book.changed(delivery));
  setHandler(outsideFailureSignal, (failure) => book.failedOutside(failure));
  setHandler(commandGivenSignal, (given) => book.asked(given));
  setHandler(runProgressedSignal, (progress) => book.progressed(progress));

  const live: LiveRun = {};
  const commands = carryOut({ request, book, state }, live);

  for (;;) {
    state.enter('looking');
    const head = book.see(await github.readPullRequest({ owner, repo, number }));
    if (!head.open) {
      await commands.finish();
      return closed(book, head, state);
    }

    const rules = await github.readRules({ repository: head.repository, commit: head.base.sha });
    if (book.wants(rules.pull_requests.drafts)) {
      await releaseHead({ request, book, state, rules, head }, live);
      continue;
    }

    if (isHistoryLong()) await goOnAnew(request, book);
    state.enter('waiting');
    const woken = () => book.stale || book.wish !== undefined || commands.failed !== undefined;
    await condition(() => woken() || isHistoryLong(), ms(request.lookAgainAfter as StringValue));
    if (commands.failed) throw commands.failed;
  }
}

/** Hands everything over to a fresh history once nothing is under way; that one looks at GitHub first, so a hint that came meanwhile is not lost. */
async function goOnAnew(request: DeployPullRequestRequest, book: PullRequestBook): Promise<void> {
  await condition(() => allHandlersFinished() && book.commands.length === 0);
  if (!book.wish) await continueAsNew<typeof deployPullRequest>({ ...request, memory: book.memory });
}

function closed(
  book: PullRequestBook,
  { merged, head }: PullRequest,
  state: StateTracker<DeployPullRequestPhase, DeployPullRequestResult>,
): DeployPullRequestResult {
  const status = merged ? 'merged' : 'closed';
  const result = { status, deployment_status: book.deployment, commit: head.sha, runs: book.runs } as const;
  state.now.final_result = result;
  state.enter(status, { commit: head.sha });
  return result;
}
