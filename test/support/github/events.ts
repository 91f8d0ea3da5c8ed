import { installationId } from './emulator.ts';
import { associationOf, checkRunJson, pullJson, repositoryJson, reviewJson, userJson } from './json.ts';
import type { Actor, CheckRun, Pull, RepositoryState, State, SubmittedReview } from './state.ts';

/** What every payload carries. */
export function envelope(state: State, repository: RepositoryState, sender: Actor) {
  return {
    repository: repositoryJson(state, repository),
    sender: userJson(state, sender),
    installation: { id: installationId, node_id: `I_${installationId}` },
  };
}

export function pullEvent(state: State, repository: RepositoryState, pull: Pull, sender: Actor, action: string, more: object = {}) {
  return { action, number: pull.number, pull_request: pullJson(state, repository, pull), ...more, ...envelope(state, repository, sender) };
}

export function commentEvent(
  state: State,
  repository: RepositoryState,
  number: number,
  comment: object,
  sender: Actor,
  action = 'created',
) {
  const pull = repository.pulls.get(number);
  const about =
    pull === undefined
      ? {}
      : {
          state: pull.state,
          title: pull.title,
          user: userJson(state, pull.author),
          pull_request: { url: `${state.url}/repos/${repository.full}/pulls/${number}` },
        };
  return {
    action,
    issue: { number, ...about },
    comment: { ...comment, author_association: associationOf(state, sender.login) },
    ...envelope(state, repository, sender),
  };
}

export function reviewEvent(state: State, repository: RepositoryState, pull: Pull, review: SubmittedReview) {
  const told = { ...reviewJson(state, review), state: review.state.toLowerCase() };
  return {
    action: 'submitted',
    review: told,
    pull_request: pullJson(state, repository, pull),
    ...envelope(state, repository, review.user),
  };
}

export function checkRunEvent(state: State, repository: RepositoryState, run: CheckRun, sender: Actor, action: string) {
  return { action, check_run: checkRunJson(state, repository, run), ...envelope(state, repository, sender) };
}

export function pushEvent(
  state: State,
  repository: RepositoryState,
  sender: Actor,
  push: { branch: string; before: string | undefined; after: string },
) {
  const none = '0'.repeat(40);
  const at = Math.floor(Date.parse(repository.pushedAt) / 1000);
  const told = envelope(state, repository, sender);
  return {
    ref: `refs/heads/${push.branch}`,
    before: push.before ?? none,
    after: push.after,
    created: push.before === undefined,
    deleted: push.after === none,
    forced: false,
    compare: `${state.url}/${repository.full}/compare/${push.before}...${push.after}`,
    commits: [],
    head_commit: push.after === none ? null : { id: push.after, timestamp: repository.pushedAt },
    pusher: { name: sender.login },
    ...told,
    // In push payloads, and only there, this is a number of seconds.
    repository: { ...told.repository, pushed_at: at },
  };
}
