/** Task queues: the owner of the work. Each can be served, and scaled, alone. */
export const taskQueues = {
  orchestration: 'orchestration',
  source: 'agent-source',
  control: 'agent-control',
  github: 'agent-github',
  review: 'agent-review',
  lint: 'agent-lint',
  test: 'agent-test',
  build: 'agent-build',
  security: 'agent-security',
  deploy: 'agent-deploy',
  report: 'agent-report',
  planner: 'agent-planner',
  architect: 'agent-architect',
  coder: 'agent-coder',
  tester: 'agent-tester',
  debugger: 'agent-debugger',
  model: 'agent-model',
  publisher: 'agent-publisher',
} as const;

export type TaskQueue = (typeof taskQueues)[keyof typeof taskQueues];

/** The agents that a stage can name. */
export const stageAgents = ['lint', 'test', 'build', 'security', 'deploy'] as const;
export type StageAgent = (typeof stageAgents)[number];

/**
 * The agents of the develop flow: the roles, `model` asks a model what to do next (it holds the key and touches no repository), `publisher` pushes
 * branches (it holds the write token and runs no code of the repository).
 */
export const developAgents = ['planner', 'architect', 'coder', 'tester', 'debugger', 'model', 'publisher'] as const;

/**
 * Every process that serves activities. `source` plans, `control` speaks to Temporal itself (locks, other runs), `github` reads GitHub and opens
 * pull requests, `review` reads changes, `report` tells people.
 */
export const agents = ['source', 'control', 'github', 'review', ...stageAgents, 'report', ...developAgents] as const;
export type Agent = (typeof agents)[number];

/** Custom search attributes, all keywords. Never a secret in here: they are not encrypted. */
export const searchAttributes = {
  repo: 'MainstayRepo',
  commit: 'MainstayCommit',
  phase: 'MainstayPhase',
  awaiting: 'MainstayAwaiting',
  correlation: 'MainstayCorrelation',
} as const;

/** Workflow id of a pipeline run: one live run per repository and commit. */
export function runPipelineId(slug: string, commit: string): string {
  return `run-pipeline/${slug}/${commit.slice(0, 12)}`;
}

/** Workflow id of the run for one push; `act` tells two pushes of the same commit apart, and two deliveries about one push not. */
export function pushRunId(slug: string, commit: string, act: string): string {
  return `${runPipelineId(slug, commit)}/push-${act}`;
}

/** Workflow id of the entity of one pull request. */
export function deployPullRequestId({ owner, repo, number }: { owner: string; repo: string; number: number }): string {
  return `deploy-pull-request/${owner}/${repo}/${number}`.toLowerCase();
}

/** Workflow id of the run of a pull request's head. */
export function pullRunId({ owner, repo, number, head }: { owner: string; repo: string; number: number; head: { sha: string } }): string {
  return `${runPipelineId(`${owner}/${repo}`, head.sha)}/pull-${number}`;
}

/** Workflow id of the lock of one resource, for example `env:production`. */
export function resourceLockId(resource: string): string {
  return `resource-lock/${resource}`;
}

/** Workflow id of a plan, and of the build that carries it out; `act` stands for the request and the commit. */
export function planFeatureId(slug: string, act: string): string {
  return `plan-feature/${slug}/${act}`;
}
export function buildFeatureId(slug: string, act: string): string {
  return `build-feature/${slug}/${act}`;
}
/** Workflow ids of what a build starts for one task. */
export function debugFailureId(build: string, branchId: string): string {
  return `debug-failure/${build}/${branchId}`;
}
export function solveTaskId(parent: string, step: string): string {
  return `solve-task/${parent}/${step}`;
}
export function agentTaskId(role: string, slug: string, act: string): string {
  return `agent-task/${role}/${slug}/${act}`;
}

/** Branch that holds what a run made for a task; `result` holds all of it. */
export function generatedBranch(run: string, taskId: string): string {
  // Git refuses parts that end in .lock, begin with a dot, or hold two.
  const parts = `${run}/${taskId}`.split('/').map((part) => part.replace(/\.{2,}/g, '-').replace(/^\.|\.lock$|\.$/g, '-'));
  return `ai/generated/${parts.join('/')}`;
}

/** A short word for some content, for ids: FNV-1a, 32 bits, twice. No protection. */
export function contentWord(...parts: string[]): string {
  const text = parts.join('\0');
  return fnv1a(text) + fnv1a(`${text}\0`);
}

export const reconcileWebhooksId = 'reconcile-webhooks';

const longestSlug = 120;

/**
 * `owner/name` of a repository given by URL; for a path `local/<folder>-<hash>`, where the hash keeps two folders of one
 * name apart. FNV-1a, 32 bits: an identifier for people, not a protection. https://datatracker.ietf.org/doc/draft-eastlake-fnv/
 */
export function repositorySlug(repository: string): string {
  const url = /^(?:https?|ssh):\/\/[^/]+\/(.+?)(?:\.git)?\/?$/.exec(repository);
  if (url?.[1]) return clean(url[1]);
  const path = repository.replace(/^file:\/\//, '').replace(/\/+$/, '');
  const folder =
    path
      .split('/')
      .at(-1)
      ?.replace(/\.git$/, '') || 'repository';
  return clean(`local/${folder}-${fnv1a(path)}`);
}

function clean(slug: string): string {
  return slug.replace(/[^A-Za-z0-9._/-]+/g, '-').slice(-longestSlug);
}

function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
