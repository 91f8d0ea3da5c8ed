import type { z } from 'zod';
import { failure } from '../../../schemas/failures.ts';
import type { Command, GitHubRepository } from '../../../schemas/github.ts';
import {
  CheckRunEvent,
  CheckSuiteEvent,
  CommentEvent,
  PullRequestEvent,
  PushEvent,
  ReviewEvent,
  WithAction,
  WorkflowRunEvent,
} from '../../../schemas/githubEvents.ts';
import type { PullRequestMessage, PullRequestPlace, Push } from '../../../schemas/starts.ts';
import { readCommand } from './command.ts';

/** A check of ours, by its `external_id`. */
export type CheckName = { workflowId: string; runId: string; stage: string };

/** What a delivery asks of us. Plain data: who carries it out is the relay. */
export type Action =
  | { kind: 'startPush'; push: Omit<Push, 'repository' | 'trusted'> }
  /** `start`: whether the pull request's entity is started where it does not live; `reopened`: also after it has completed. */
  | { kind: 'tellPullRequest'; place: PullRequestPlace; message: PullRequestMessage; start: 'never' | 'unlessOver' | 'reopened' }
  | { kind: 'rerunCheck'; check: CheckName; place: GitHubRepository; delivery: string; by: string }
  | { kind: 'rerunCommit'; commit: string; place: GitHubRepository; delivery: string; by: string }
  | { kind: 'ignored'; reason: string };

export type Delivery = { event: string; payload: unknown; delivery: string };

const takenActions: Readonly<Record<string, readonly string[]>> = {
  pull_request: ['opened', 'synchronize', 'reopened', 'closed', 'ready_for_review', 'converted_to_draft', 'edited'],
  pull_request_review: ['submitted'],
  issue_comment: ['created'],
  check_run: ['rerequested'],
  check_suite: ['rerequested'],
  workflow_run: ['completed'],
};

/** What a delivery asks of us, at least one action; `InvalidInput` names the field of a payload that is not as GitHub documents it. */
export function actionsOf({ event, payload, delivery }: Delivery): Action[] {
  if (event === 'push') return pushed(read(PushEvent, payload), delivery);
  const taken = Object.hasOwn(takenActions, event) ? takenActions[event] : undefined;
  if (!taken) return ignored(event === 'ping' ? 'ping' : 'event');
  if (!taken.includes(read(WithAction, payload).action ?? '')) return ignored('action');
  switch (event) {
    case 'pull_request':
      return pullRequestChanged(read(PullRequestEvent, payload), delivery);
    case 'pull_request_review':
      return reviewed(read(ReviewEvent, payload), delivery);
    case 'issue_comment':
      return commented(read(CommentEvent, payload), delivery);
    case 'check_run':
      return checkAskedAgain(read(CheckRunEvent, payload), delivery);
    case 'check_suite':
      return suiteAskedAgain(read(CheckSuiteEvent, payload), delivery);
    default:
      return workflowEnded(read(WorkflowRunEvent, payload), delivery);
  }
}

function pushed(event: PushEvent, delivery: string): Action[] {
  const { repository, after, before, sender, pusher } = event;
  const branch = /^refs\/heads\/(.+)$/.exec(event.ref)?.[1];
  if (branch === undefined) return ignored('notABranch');
  if (event.deleted || isNone(after)) return ignored('deleted');
  // Of a branch that only grew, all that grew is the change; elsewhere the run finds where the branch began.
  const grew = !event.created && !event.forced && !isNone(before);
  const logins = [
    sender?.login,
    pusher?.name,
    ...event.commits.flatMap(({ author, committer }) => [author?.username, committer?.username]),
  ];
  const authors = [...new Set(logins.filter((login) => login != null && login !== ''))].map((login) => `github:${login}`);
  const push = {
    ...repository.full_name,
    branch,
    commit: after,
    base: grew ? before : undefined,
    pushedAt: repository.pushed_at ?? undefined,
    delivery,
    authors: authors.slice(0, mostAuthors),
    requestedBy: sender ? `github:${sender.login}` : undefined,
  };
  return [{ kind: 'startPush', push }];
}

function pullRequestChanged(event: PullRequestEvent, delivery: string): Action[] {
  const { action, number, repository, changes } = event;
  if (action === 'edited' && changes?.base === undefined) return ignored('action');
  const message: PullRequestMessage = { signal: 'pullRequestChanged', value: { delivery, event: action } };
  // The end of one that nobody knows is no reason to begin.
  const start = action === 'closed' ? 'never' : action === 'reopened' ? 'reopened' : 'unlessOver';
  return [{ kind: 'tellPullRequest', place: { ...repository.full_name, number }, message, start }];
}

function reviewed({ review, pull_request, repository, sender }: ReviewEvent, delivery: string): Action[] {
  const verb = review.state === 'approved' ? 'approve' : review.state === 'changes_requested' ? 'reject' : undefined;
  if (!verb) return ignored('noVerdict');
  if (isOwnText(review.body)) return ignored('own');
  if (isBot(sender) || isBot(review.user)) return ignored('bot');
  const command: Command = { verb, argument: review.body?.slice(0, 500) || undefined };
  const by = review.user?.login ?? sender.login;
  const value = { delivery, command, by, association: review.author_association, commit: review.commit_id ?? undefined };
  return [told({ ...repository.full_name, number: pull_request.number }, { signal: 'commandGiven', value })];
}

function commented({ issue, comment, repository, sender }: CommentEvent, delivery: string): Action[] {
  if (issue.pull_request == null) return ignored('notAPullRequest');
  if (isOwnText(comment.body)) return ignored('own');
  const read = readCommand(comment.body ?? '');
  if (!read) return ignored('notACommand');
  // Also our own answers quote commands.
  if (isBot(sender) || isBot(comment.user)) return ignored('bot');
  if ('problem' in read) return ignored('unknownCommand');
  const by = comment.user?.login ?? sender.login;
  const value = { delivery, command: read.command, by, association: comment.author_association, comment: comment.id };
  return [told({ ...repository.full_name, number: issue.number }, { signal: 'commandGiven', value })];
}

function checkAskedAgain({ check_run, repository, sender }: CheckRunEvent, delivery: string): Action[] {
  const check = checkNameOf(check_run.external_id ?? '');
  if (!check) return ignored('notOurs');
  if (isBot(sender)) return ignored('bot');
  const place = repository.full_name;
  const asked = rerunsOf({
    list: check_run.pull_requests,
    repository,
    commit: check_run.head_sha,
    by: sender.login,
    stage: check.stage,
    delivery,
  });
  // The head of a pull request is also a push; which of the two the check is about, its run's id says.
  if (asked.length > 0 && !isPushRun(check.workflowId)) return asked;
  return [{ kind: 'rerunCheck', check, place, delivery, by: sender.login }];
}

function suiteAskedAgain({ check_suite, repository, sender }: CheckSuiteEvent, delivery: string): Action[] {
  if (isBot(sender)) return ignored('bot');
  const { head_sha: commit, pull_requests: list } = check_suite;
  const asked = rerunsOf({ list, repository, commit, by: sender.login, delivery });
  return asked.length > 0 ? asked : [{ kind: 'rerunCommit', commit, place: repository.full_name, delivery, by: sender.login }];
}

function workflowEnded({ workflow_run: run, repository }: WorkflowRunEvent, delivery: string): Action[] {
  if (run.conclusion !== 'failure' && run.conclusion !== 'timed_out') return ignored('notFailed');
  const value = { delivery, commit: run.head_sha, name: run.name?.slice(0, 200) || 'workflow', url: run.html_url };
  const actions = numbersOf(run.pull_requests, repository.id).map((number) =>
    told({ ...repository.full_name, number }, { signal: 'outsideFailure', value }),
  );
  return actions.length > 0 ? actions : ignored('noPullRequest');
}

type Listed = CheckRunEvent['check_run']['pull_requests'];
type Asked = { list: Listed; repository: CheckRunEvent['repository']; commit: CheckRunEvent['check_run']['head_sha'] } & {
  by: string;
  stage?: string;
  delivery: string;
};

function rerunsOf({ list, repository, commit, by, stage, delivery }: Asked): Action[] {
  const command: Command = { verb: 'rerun', argument: stage };
  // GitHub offers "Re-run" only to people who may write, and does not say more of them.
  const value = { delivery, command, by, association: 'COLLABORATOR', commit };
  return numbersOf(list, repository.id).map((number) => told({ ...repository.full_name, number }, { signal: 'commandGiven', value }));
}

function numbersOf(list: Listed, repository: number): number[] {
  const own = list.filter(({ base }) => base?.repo === undefined || base.repo.id === repository);
  return [...new Set(own.map(({ number }) => number))].slice(0, mostPullRequests);
}

/** `<workflowId>/<first run id>/<stage>/<try>`; undefined for what others wrote. */
function checkNameOf(externalId: string): CheckName | undefined {
  const [, workflowId, runId, stage] =
    /^(run-pipeline\/.+)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/([^/]+)(?:\/\d+)?$/.exec(externalId) ?? [];
  return workflowId && runId && stage ? { workflowId, runId, stage } : undefined;
}

function isPushRun(workflowId: string): boolean {
  return /\/push-[^/]+$/.test(workflowId);
}

function told(place: PullRequestPlace, message: PullRequestMessage): Action {
  return { kind: 'tellPullRequest', place, message, start: 'unlessOver' };
}

function ignored(reason: string): Action[] {
  return [{ kind: 'ignored', reason }];
}

function isBot(account: { type: string } | null | undefined): boolean {
  return account?.type === 'Bot';
}

/** Known by a token, Mainstay writes as a person's account would: its texts begin with a marker that GitHub does not show. */
function isOwnText(text: string | null | undefined): boolean {
  return text?.startsWith('<!-- mainstay:') === true;
}

function isNone(commit: string): boolean {
  return /^0+$/.test(commit);
}

// A push of thousands of commits, a commit in dozens of pull requests: bounded, so that an input stays small.
const mostAuthors = 100;
const mostPullRequests = 20;

function read<Schema extends z.ZodType>(schema: Schema, payload: unknown): z.output<Schema> {
  const parsed = schema.safeParse(payload);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') || 'payload';
  throw failure('InvalidInput', `${field}: ${issue?.message}`, { field });
}
