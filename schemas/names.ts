/** Task queues: the owner of the work. Each can be served, and scaled, alone. */
export const taskQueues = {
  orchestration: 'orchestration',
  source: 'agent-source',
  lint: 'agent-lint',
  test: 'agent-test',
  build: 'agent-build',
  security: 'agent-security',
  deploy: 'agent-deploy',
  report: 'agent-report',
} as const;

export type TaskQueue = (typeof taskQueues)[keyof typeof taskQueues];

/** The agents that a stage can name. */
export const stageAgents = ['lint', 'test', 'build', 'security', 'deploy'] as const;
export type StageAgent = (typeof stageAgents)[number];

/** Every process that serves activities; `source` and `report` frame the stages. */
export const agents = ['source', ...stageAgents, 'report'] as const;
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
