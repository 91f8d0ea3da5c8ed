import type { PullRequest } from '../../schemas/github.ts';
import type { ProjectFile } from '../../schemas/projectFile.ts';
import type { DeployPullRequestRequest } from '../../schemas/pullRequest.ts';
import type { PipelineRequest } from '../../schemas/runPipeline.ts';
import type { PullRequestBook, Wish } from './pullRequestBook.ts';

/** Why the head may not be deployed; undefined: it may, as far as the pull request is concerned. */
export function withheldBecause(book: PullRequestBook, { pull_requests }: ProjectFile): string | undefined {
  if (book.head?.draft) return 'the pull request is a draft';
  const [outside] = book.failuresOutside();
  if (outside && pull_requests.outside_failures === 'hold') return `${outside.name} failed on this commit`;
  if (pull_requests.review !== 'hold' || book.review?.approved !== false) return undefined;
  const blocking = book.review.comments.filter(({ severity }) => severity === 'block');
  return `the review holds it: ${blocking.map(({ message }) => message).join('; ')}`.slice(0, 500);
}

type Order = {
  request: DeployPullRequestRequest;
  head: PullRequest;
  book: PullRequestBook;
  wish: Wish | undefined;
  withheld: string | undefined;
};

/**
 * Input of the head's run. The project's rules are those of the base: a change cannot loosen what judges it. A fork's pipeline is the base's
 * too, and its branch is named with its owner, so that no condition takes it for a branch of this repository.
 */
export function runRequestOf({ request, head, book, wish, withheld }: Order): PipelineRequest {
  const { isolation, decideWithin, onApprovalTimeout, heartbeatTimeout, workerWait, lockWait, lockLease, tellWithin, tellEvery } = request;
  return {
    repository: head.repository,
    ref: `refs/pull/${head.number}/head`,
    commit: head.head.sha,
    base: head.base.sha,
    branch: head.fork ? `fork:${head.head.ref}` : head.head.ref,
    event: 'pull_request',
    rulesAt: head.base.sha,
    pipelineAt: head.fork ? head.base.sha : undefined,
    fork: head.fork,
    trusted: head.trusted && !head.fork,
    withholdDeploys: withheld,
    environment: wish?.environment,
    fresh: wish?.fresh ?? [],
    reuse: true,
    github: { owner: head.owner, repo: head.repo, pullRequest: head.number },
    authors: head.authors.map((login) => `github:${login}`),
    earlierApprovals: book.approvals,
    review: book.review,
    requestedBy: `github:${head.author}`,
    correlation: request.correlation,
    isolation,
    decideWithin,
    onApprovalTimeout,
    heartbeatTimeout,
    workerWait,
    lockWait,
    lockLease,
    tellWithin,
    tellEvery,
  };
}
