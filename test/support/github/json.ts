import type { CommitFacts } from './bare.ts';
import type {
  Actor,
  CheckRun,
  Deployment,
  DeploymentStatus,
  Pull,
  RepositoryState,
  ReviewComment,
  State,
  SubmittedReview,
} from './state.ts';
import { appId } from './emulator.ts';

/** GitHub's shapes, with the fields that clients of pull requests use. */
export function userJson(state: State, { login, id, type }: Actor) {
  return { login, id, type, node_id: `U_${id}`, site_admin: false, url: `${state.url}/users/${login}`, html_url: `${state.url}/${login}` };
}

export function accountJson(state: State, login: string) {
  return userJson(state, { login, id: state.users.get(login) ?? 0, type: 'User' });
}

export function repositoryJson(state: State, repository: RepositoryState) {
  const { id, repo, owner, full } = repository;
  return {
    id,
    node_id: `R_${id}`,
    name: repo,
    full_name: full,
    private: repository.private,
    fork: repository.parent !== undefined,
    owner: accountJson(state, owner),
    default_branch: 'main',
    url: `${state.url}/repos/${full}`,
    html_url: `${state.url}/${full}`,
    clone_url: `file://${repository.bare.path}`,
    pushed_at: repository.pushedAt,
    archived: false,
    disabled: false,
    permissions: { admin: false, maintain: false, push: true, triage: true, pull: true },
  };
}

export function associationOf(state: State, login: string): string {
  return state.associations[login] ?? 'NONE';
}

export function pullJson(state: State, repository: RepositoryState, pull: Pull) {
  const url = `${state.url}/repos/${repository.full}/pulls/${pull.number}`;
  const headRepository = state.repositories.get(pull.head.full.toLowerCase());
  const side = (ref: string, sha: string, of: RepositoryState | undefined) => ({
    label: `${of?.owner ?? 'unknown'}:${ref}`,
    ref,
    sha,
    user: of === undefined ? null : accountJson(state, of.owner),
    repo: of === undefined ? null : repositoryJson(state, of),
  });
  return {
    id: repository.id * 10_000 + pull.number,
    node_id: `PR_${pull.number}`,
    url,
    html_url: `${state.url}/${repository.full}/pull/${pull.number}`,
    issue_url: `${state.url}/repos/${repository.full}/issues/${pull.number}`,
    number: pull.number,
    state: pull.state,
    locked: false,
    title: pull.title,
    body: pull.body,
    user: userJson(state, pull.author),
    author_association: associationOf(state, pull.author.login),
    labels: pull.labels,
    draft: pull.draft,
    merged: pull.merged,
    merge_commit_sha: pull.mergeCommit,
    mergeable: pull.state === 'open' ? true : null,
    mergeable_state: pull.draft ? 'draft' : 'clean',
    created_at: pull.createdAt,
    updated_at: pull.createdAt,
    closed_at: pull.state === 'closed' ? pull.createdAt : null,
    merged_at: pull.merged ? pull.createdAt : null,
    head: side(pull.head.ref, pull.head.sha, headRepository),
    base: side(pull.base.ref, pull.base.sha, repository),
  };
}

export function commitJson(state: State, repository: RepositoryState, commit: CommitFacts) {
  const account = ([, email]: readonly [string, string]) => {
    const login = /^(.+)@users\.noreply\.github\.com$/.exec(email)?.[1];
    return login !== undefined && state.users.has(login) ? accountJson(state, login) : null;
  };
  const person = ([name, email]: readonly [string, string]) => ({ name, email, date: commit.date });
  return {
    sha: commit.sha,
    url: `${state.url}/repos/${repository.full}/commits/${commit.sha}`,
    html_url: `${state.url}/${repository.full}/commit/${commit.sha}`,
    commit: { author: person(commit.author), committer: person(commit.committer), message: commit.message, tree: { sha: commit.tree } },
    author: account(commit.author),
    committer: account(commit.committer),
    parents: commit.parents.map((sha) => ({ sha })),
  };
}

export function checkRunJson(state: State, repository: RepositoryState, checkRun: CheckRun) {
  const run = without(checkRun, 'annotations');
  const numbers = [...repository.pulls.values()].filter(({ head }) => head.sha === run.head_sha).map(({ number }) => ({ number }));
  return {
    ...run,
    url: `${state.url}/repos/${repository.full}/check-runs/${run.id}`,
    html_url: `${state.url}/${repository.full}/runs/${run.id}`,
    app: { id: appId, slug: 'mainstay', name: 'Mainstay' },
    check_suite: { id: Number.parseInt(run.head_sha.slice(0, 8), 16), head_sha: run.head_sha },
    pull_requests: numbers,
  };
}

export function reviewJson(state: State, review: SubmittedReview) {
  const { user } = review;
  return { ...without(review, 'comments'), user: userJson(state, user), author_association: associationOf(state, user.login) };
}

export function reviewCommentJson(state: State, { user, review, ...comment }: ReviewComment) {
  return { ...comment, pull_request_review_id: review, user: userJson(state, user), author_association: associationOf(state, user.login) };
}

export function deploymentJson(state: State, repository: RepositoryState, deployment: Deployment) {
  const url = `${state.url}/repos/${repository.full}/deployments/${deployment.id}`;
  return {
    ...without(deployment, 'statuses'),
    url,
    statuses_url: `${url}/statuses`,
    creator: accountJson(state, deployment.creator),
    original_environment: deployment.environment,
  };
}

export function deploymentStatusJson(state: State, status: DeploymentStatus) {
  return { ...status, target_url: status.log_url, creator: accountJson(state, status.creator) };
}

function without<T extends object, K extends keyof T>(whole: T, key: K): Omit<T, K> {
  const rest: Partial<T> = { ...whole };
  delete rest[key];
  return rest as Omit<T, K>;
}
