import type { ApprovalOutcome, ApprovalRequest } from '../../schemas/approvals.ts';
import { type Concerned, isAuthor, type Progress, refusalOfVoter, voterOf, withVote } from './approvalVotes.ts';

/** What people said about an earlier commit, as far as it holds for this request; `note` says what no longer does, and why. */
export type TakenOver = Progress & { note?: { by: string; reason: string } };

/**
 * Takes over the newest agreement about the same subject when effects and rules are the same. The words of those who are authors
 * by now do not count; what then is missing is asked anew. Nothing is taken over from a rejection or from a deadline.
 */
export function takeOver(request: ApprovalRequest, earlier: readonly ApprovalOutcome[], concerned: Concerned): TakenOver {
  const subject = subjectOf(request);
  const last = earlier.findLast((outcome) => subjectOf(outcome.request) === subject);
  if (!last?.granted || last.expired) return { request };

  const carriedFrom = last.carriedFrom ?? last.request.commit;
  const given = `the approval by ${last.by} for commit ${carriedFrom.slice(0, 12)}`;
  if (last.request.effectsDigest !== request.effectsDigest) {
    return { request, note: { by: last.by, reason: `${given} was withdrawn: what would happen, or the rules for it, has changed` } };
  }
  const votes = last.request.votes;
  const tainted = votes.find((vote) => isAuthor(request, voterOf(request, vote.account, concerned), concerned));
  if (!tainted) {
    const agreed = { ...request, votes, step: last.request.step };
    return { request: agreed, outcome: { ...last, request: agreed, at: request.askedAt, carriedFrom } };
  }
  const { by } = tainted;
  const left = recount(request, votes, concerned);
  if (left.outcome) return { ...left, outcome: { ...left.outcome, at: request.askedAt, carriedFrom } };
  return { ...left, note: { by, reason: `${given} no longer holds: ${by} has made a part of the change since` } };
}

/** The request with those votes that still count, each for the step for which it was given. */
function recount(request: ApprovalRequest, votes: ApprovalRequest['votes'], concerned: Concerned): Progress {
  let progress: Progress = { request };
  for (const vote of votes) {
    if (progress.outcome) break;
    const voter = voterOf(progress.request, vote.account, concerned);
    const counts = vote.step === progress.request.step && refusalOfVoter(progress.request, voter, concerned) === undefined;
    if (counts) progress = withVote(progress.request, vote);
  }
  return progress;
}

function subjectOf({ id }: ApprovalRequest): string {
  return id.slice(0, id.lastIndexOf('/'));
}
