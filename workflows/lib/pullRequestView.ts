import type { RunState } from '../../schemas/runState.ts';
import type { PullRequestBook } from './pullRequestBook.ts';

/** The part of the entity's state that follows from what it knows; `deployment_status` and the rest are the documented names. */
export function pullRequestView(book: PullRequestBook): Partial<RunState<never, never>> {
  const { head, review, deployment, handled, runs } = book;
  return {
    partial_results: {
      deployment_status: deployment,
      pull_request: head ?? null,
      review: review ?? null,
      handled: handled ?? null,
      outside_failures: book.failuresOutside(),
      runs,
    },
    decisions: book.approvals,
  };
}
