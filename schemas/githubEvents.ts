import { z } from 'zod';
import { GitHubRepository } from './github.ts';
import { CommitSha } from './nouns.ts';

// https://docs.github.com/en/webhooks/webhook-events-and-payloads; only the fields that are used.

const FullName = z
  .string()
  .transform((name) => ({ owner: name.split('/')[0], repo: name.split('/').slice(1).join('/') }))
  .pipe(GitHubRepository);
const login = z.string().min(1).max(100);
const Account = z.object({ login, type: z.string().default('User') });
const Repository = z.object({ id: z.number(), full_name: FullName });
const number = z.number().int().positive();

/** Every event but `push` says what happened. */
export const WithAction = z.object({ action: z.string().max(100).optional() });

export const PushEvent = z.object({
  ref: z.string().min(1).max(1000),
  before: CommitSha,
  after: CommitSha,
  created: z.boolean().default(false),
  deleted: z.boolean().default(false),
  forced: z.boolean().default(false),
  repository: Repository.extend({
    pushed_at: z.union([z.number(), z.string().max(40)]).nullish(),
  }),
  pusher: z.object({ name: z.string().max(200) }).nullish(),
  sender: Account.nullish(),
  commits: z.array(z.object({ author: withUsername(), committer: withUsername() })).default([]),
});
export type PushEvent = z.infer<typeof PushEvent>;

export const PullRequestEvent = z.object({
  action: z.string(),
  number,
  repository: Repository,
  changes: z.object({ base: z.unknown().optional() }).optional(),
});
export type PullRequestEvent = z.infer<typeof PullRequestEvent>;

export const ReviewEvent = z.object({
  review: z.object({
    state: z.string().toLowerCase(),
    commit_id: CommitSha.nullish(),
    author_association: z.string().max(100).default('NONE'),
    body: z.string().nullish(),
    user: Account.nullish(),
  }),
  pull_request: z.object({ number }),
  repository: Repository,
  sender: Account,
});
export type ReviewEvent = z.infer<typeof ReviewEvent>;

export const CommentEvent = z.object({
  issue: z.object({ number, pull_request: z.unknown().optional() }),
  comment: z.object({
    id: z.number().int(),
    body: z.string().nullish(),
    author_association: z.string().max(100).default('NONE'),
    user: Account.nullish(),
  }),
  repository: Repository,
  sender: Account,
});
export type CommentEvent = z.infer<typeof CommentEvent>;

// A commit's checks name pull requests of other repositories too: those of forks that pull from this one.
const PullRequests = z
  .array(z.object({ number, base: z.object({ repo: z.object({ id: z.number() }).optional() }).optional() }))
  .nullish()
  .transform((list) => list ?? []);

export const CheckRunEvent = z.object({
  check_run: z.object({ external_id: z.string().max(2000).nullish(), head_sha: CommitSha, pull_requests: PullRequests }),
  repository: Repository,
  sender: Account,
});
export type CheckRunEvent = z.infer<typeof CheckRunEvent>;

export const CheckSuiteEvent = z.object({
  check_suite: z.object({ head_sha: CommitSha, pull_requests: PullRequests }),
  repository: Repository,
  sender: Account,
});
export type CheckSuiteEvent = z.infer<typeof CheckSuiteEvent>;

export const WorkflowRunEvent = z.object({
  workflow_run: z.object({
    conclusion: z.string().nullish(),
    head_sha: CommitSha,
    name: z.string().nullish(),
    html_url: z.url({ protocol: /^https?$/ }).max(2000),
    pull_requests: PullRequests,
  }),
  repository: Repository,
});
export type WorkflowRunEvent = z.infer<typeof WorkflowRunEvent>;

/** Author or committer; the login is there only where GitHub knows the address. */
function withUsername() {
  return z.object({ username: login.nullish() }).nullish();
}
