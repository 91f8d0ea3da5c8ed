import type { Review } from '../../../schemas/review.ts';
import { codeSpan } from '../escape.ts';
import type { PullRequestDesk } from './desk.ts';
import { type Identity, isOurs } from './identity.ts';
import { markerLine, readMarker } from './marker.ts';
import { patchesOf } from './patches.ts';
import { unlessRefused } from './refusal.ts';
import { type ReviewParts, reviewParts } from './reviewText.ts';

type Order = { commit: string; review: Review; key: string };
type Shown = { id: number; state: string };

/** Puts the review on the pull request, unless it is there. Never as an approval: that is for people. */
export async function showReview(desk: PullRequestDesk, identity: Identity, { commit, review, key }: Order): Promise<void> {
  const [found, ...doubles] = await reviewsOf(desk, identity, key);
  if (found) return retire(desk, doubles);

  const parts = reviewParts(review, await patchesOf(desk), markerLine('review', { key }));
  await submit(desk, commit, review.approved ? 'COMMENT' : 'REQUEST_CHANGES', parts);
  // Another attempt may have looked at the same time: the oldest stays.
  await retire(desk, (await reviewsOf(desk, identity, key)).slice(1));
}

/** GitHub refuses changes asked of one's own pull request, and comments on lines of a head that has moved on; the words go out in any case. */
async function submit(
  { octokit, at, number }: PullRequestDesk,
  commit: string,
  event: 'COMMENT' | 'REQUEST_CHANGES',
  parts: ReviewParts,
): Promise<void> {
  const tries = [
    { event, ...parts },
    ...(event === 'COMMENT' ? [] : [{ event: 'COMMENT' as const, ...parts }]),
    { event: 'COMMENT' as const, ...withoutLines(parts) },
  ];
  const last = tries.length - 1;
  for (const [index, one] of tries.entries()) {
    const send = () => octokit.rest.pulls.createReview({ ...at, pull_number: number, commit_id: commit, ...one });
    if (index === last) await send();
    else if (await unlessRefused([422], send)) return;
  }
}

function withoutLines({ body, comments }: ReviewParts): ReviewParts {
  const said = comments.map((comment) => `- ${codeSpan(`${comment.path}:${comment.line}`)} ${comment.body}`);
  return { body: [body, ...said].join('\n').slice(0, 60_000), comments: [] };
}

async function reviewsOf({ octokit, at, number }: PullRequestDesk, identity: Identity, key: string): Promise<Shown[]> {
  const all = await octokit.paginate(octokit.rest.pulls.listReviews, { ...at, pull_number: number, per_page: 100 });
  return all
    .filter(({ user, body }) => isOurs(identity, user) && readMarker('review', body)?.['key'] === key)
    .toSorted((a, b) => a.id - b.id);
}

/** A submitted review cannot be removed: it gives up its marker, its words and its demand, as far as GitHub lets it. */
async function retire({ octokit, at, number }: PullRequestDesk, doubles: readonly Shown[]): Promise<void> {
  for (const { id, state } of doubles) {
    const review = { ...at, pull_number: number, review_id: id };
    const comments = await octokit.paginate(octokit.rest.pulls.listCommentsForReview, { ...review, per_page: 100 });
    for (const comment of comments)
      await unlessRefused([403, 404], () => octokit.rest.pulls.deleteReviewComment({ ...at, comment_id: comment.id }));
    if (state === 'CHANGES_REQUESTED')
      await unlessRefused([403, 404, 422], () =>
        octokit.rest.pulls.dismissReview({ ...review, message: 'Made twice; the other one counts.' }),
      );
    await unlessRefused([403, 404, 422], () => octokit.rest.pulls.updateReview({ ...review, body: 'Made twice; the other one counts.' }));
  }
}
