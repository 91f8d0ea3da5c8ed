import type { BareRepository } from './bare.ts';

/** Who asks: a person or machine by token, or the App's installation. */
export type Actor = { login: string; id: number; type: 'User' | 'Bot' };

export type Pull = {
  number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  draft: boolean;
  merged: boolean;
  mergeCommit: string | null;
  author: Actor;
  head: { full: string; ref: string; sha: string };
  base: { ref: string; sha: string };
  labels: unknown[];
  createdAt: string;
};

export type CheckRun = {
  id: number;
  name: string;
  head_sha: string;
  external_id: string;
  status: string;
  conclusion: string | null;
  details_url: string | null;
  started_at: string | null;
  completed_at: string | null;
  output: { title: string | null; summary: string | null; text: string | null; annotations_count: number };
  annotations: Record<string, unknown>[];
  actions: unknown[];
};

export type CommitStatus = {
  id: number;
  sha: string;
  state: string;
  context: string;
  description: string | null;
  target_url: string | null;
  creator: string;
};

export type DeploymentStatus = {
  id: number;
  state: string;
  description: string;
  environment: string;
  environment_url: string;
  log_url: string;
  creator: string;
};
export type Deployment = {
  id: number;
  sha: string;
  ref: string;
  task: string;
  environment: string;
  description: string | null;
  payload: unknown;
  production_environment: boolean;
  transient_environment: boolean;
  creator: string;
  statuses: DeploymentStatus[];
};

export type ReviewComment = {
  id: number;
  path: string;
  line: number | null;
  start_line: number | null;
  side: string;
  body: string;
  review: number;
  user: Actor;
  commit_id: string;
};
export type SubmittedReview = {
  id: number;
  pull: number;
  user: Actor;
  body: string;
  state: string;
  commit_id: string;
  comments: ReviewComment[];
  submitted_at: string;
};

/** What the front itself keeps of one repository; comments, labels and people are in emulate. */
export type RepositoryState = {
  id: number;
  owner: string;
  repo: string;
  full: string;
  private: boolean;
  parent?: string;
  pushedAt: string;
  bare: BareRepository;
  pulls: Map<number, Pull>;
  checkRuns: CheckRun[];
  statuses: CommitStatus[];
  deployments: Deployment[];
  reviews: SubmittedReview[];
  hooks: { id: number; url: string; events: string[] }[];
};

export type State = {
  url: string;
  root: string;
  repositories: Map<string, RepositoryState>;
  users: Map<string, number>;
  associations: Readonly<Record<string, string>>;
  nextId(): number;
};

/** The repository of a request, or undefined when nobody made it. */
export function repositoryOf(state: State, params: Readonly<Record<string, string>>): RepositoryState | undefined {
  return state.repositories.get(`${params['owner']}/${params['repo']}`.toLowerCase());
}
