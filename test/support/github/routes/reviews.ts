import type { ChangedFile } from '../bare.ts';
import { reviewEvent } from '../events.ts';
import { reviewCommentJson, reviewJson } from '../json.ts';
import { type Asked, notFound, paged, type Route, route, textOf, unprocessable, type World } from '../routing.ts';
import { type RepositoryState, repositoryOf, type ReviewComment, type SubmittedReview } from '../state.ts';
import { freshen } from './pulls.ts';

const states: Readonly<Record<string, string>> = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' };

/** Reviews with comments on lines; a line outside the diff is refused, as GitHub does. */
export function reviewRoutes(world: World): Route[] {
  const { state, hooks } = world;
  const at = '/repos/{owner}/{repo}/pulls/{number}';
  const found = async ({ params }: Asked) => {
    const repository = repositoryOf(state, params);
    const pull = repository?.pulls.get(Number(params['number']));
    return repository === undefined || pull === undefined ? undefined : { repository, pull: await freshen(world, repository, pull) };
  };
  const reviewsOf = (repository: RepositoryState, number: number) => repository.reviews.filter(({ pull }) => pull === number);

  return [
    route(`POST ${at}/reviews`, async (asked) => {
      const it = await found(asked);
      if (it === undefined) return notFound;
      const event = textOf(asked.body['event']);
      const body = textOf(asked.body['body']) ?? '';
      const commit = textOf(asked.body['commit_id']) ?? it.pull.head.sha;
      if (event !== undefined && states[event] === undefined) return unprocessable('event is not included in the list');
      if (event === 'APPROVE' && it.pull.author.login === asked.actor.login) return unprocessable('Can not approve your own pull request');
      if ((event === 'REQUEST_CHANGES' || event === 'COMMENT') && body === '') return unprocessable('body is required');
      if ((await it.repository.bare.resolve(commit)) === undefined) return unprocessable('commit_id is not part of the pull request');
      const wanted = (asked.body['comments'] ?? []) as Partial<ReviewComment>[];
      const files = await it.repository.bare.filesBetween(it.pull.base.sha, commit);
      const outside = wanted.find((comment) => !isInDiff(files, comment));
      if (outside !== undefined) return unprocessable(`Line could not be resolved: ${outside.path}:${outside.line}`);

      const id = state.nextId();
      const comments = wanted.map(({ path = '', line = null, start_line = null, side = 'RIGHT', body: text = '' }) => {
        return { id: state.nextId(), path, line, start_line, side, body: text, review: id, user: asked.actor, commit_id: commit };
      });
      const submitted_at = new Date().toISOString();
      const review: SubmittedReview = {
        id,
        pull: it.pull.number,
        user: asked.actor,
        body,
        state: states[event ?? ''] ?? 'PENDING',
        commit_id: commit,
        comments,
        submitted_at,
      };
      it.repository.reviews.push(review);
      if (event !== undefined) hooks.later('pull_request_review', reviewEvent(state, it.repository, it.pull, review));
      return { status: 200, body: reviewJson(state, review) };
    }),
    route(`GET ${at}/reviews`, async (asked) => {
      const it = await found(asked);
      if (it === undefined) return notFound;
      return paged(
        state,
        asked,
        reviewsOf(it.repository, it.pull.number).map((review) => reviewJson(state, review)),
      );
    }),
    route(`GET ${at}/reviews/{id}/comments`, async (asked) => {
      const it = await found(asked);
      const review = it?.repository.reviews.find(({ id }) => id === Number(asked.params['id']));
      return review === undefined
        ? notFound
        : paged(
            state,
            asked,
            review.comments.map((comment) => reviewCommentJson(state, comment)),
          );
    }),
    route(`GET ${at}/comments`, async (asked) => {
      const it = await found(asked);
      if (it === undefined) return notFound;
      const comments = reviewsOf(it.repository, it.pull.number).flatMap((review) => review.comments);
      return paged(
        state,
        asked,
        comments.map((comment) => reviewCommentJson(state, comment)),
      );
    }),
    route(`PUT ${at}/reviews/{id}/dismissals`, async (asked) => {
      const it = await found(asked);
      const review = it?.repository.reviews.find(({ id }) => id === Number(asked.params['id']));
      if (review === undefined) return notFound;
      review.state = 'DISMISSED';
      return { status: 200, body: reviewJson(state, review) };
    }),
  ];
}

function isInDiff(files: readonly ChangedFile[], { path, line, side = 'RIGHT' }: Partial<ReviewComment>): boolean {
  const file = files.find(({ filename }) => filename === path);
  if (file === undefined) return false;
  if (line == null) return true;
  let left = 0;
  let right = 0;
  for (const text of file.patch.split('\n')) {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(text);
    if (hunk) {
      [left, right] = [Number(hunk[1]), Number(hunk[2])];
      continue;
    }
    if (text.startsWith('\\')) continue;
    if (side === 'LEFT' ? !text.startsWith('+') && left === line : !text.startsWith('-') && right === line) return true;
    if (!text.startsWith('+')) left++;
    if (!text.startsWith('-')) right++;
  }
  return false;
}
