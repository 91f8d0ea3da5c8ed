import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { searchAttributes } from '../../schemas/names.ts';
import { pullRequestStart, pushStart } from '../../schemas/starts.ts';
import type { Head } from '../contracts.ts';

type Ensured = { started: boolean; workflowId: string };

/** Tells the entity to look at GitHub, and starts it where it does not live. A head that it was told of before is no news to it. */
export async function ensurePullRequest(client: Client, head: Head & { kind: 'pull_request' }): Promise<Ensured> {
  const { owner, repo, number, commit } = head;
  const message = { signal: 'pullRequestChanged', value: { delivery: `reconcile/${commit}`, event: 'reconcile' } } as const;
  // The pull request is open: that its entity has ended says only that it was closed once.
  const { workflowType, options } = pullRequestStart({ place: { owner, repo, number }, message, reopened: true });
  const { workflowId } = options;
  const lived = await isOpen(client, workflowId);
  await client.workflow.signalWithStart(workflowType, { ...options, args: [...options.args], signalArgs: [...options.signalArgs] });
  return { started: !lived, workflowId };
}

/**
 * Starts the run of a branch's head, unless any run of that commit of the repository is known. Of a repository that never had a run nothing was
 * lost: a new installation must not deploy what has been there for long.
 */
export async function ensurePush(client: Client, head: Head & { kind: 'push' }): Promise<Ensured> {
  const { owner, repo, repository, branch, commit, trusted, authors } = head;
  const query = `WorkflowType = 'runPipeline' AND ${searchAttributes.commit} = '${commit}' AND ${searchAttributes.repo} = '${owner}/${repo}'`;
  for await (const { workflowId } of client.workflow.list({ query, pageSize: 1 })) return { started: false, workflowId };
  if (!(await hasRuns(client, `${owner}/${repo}`))) return { started: false, workflowId: '' };
  const push = { owner, repo, repository, branch, commit, trusted, delivery: `reconcile/${commit}`, authors };
  const { workflowType, options } = pushStart(push);
  const { workflowId } = options;
  try {
    await client.workflow.start(workflowType, { ...options, args: [...options.args] });
    return { started: true, workflowId };
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return { started: false, workflowId };
    throw error;
  }
}

async function isOpen(client: Client, workflowId: string): Promise<boolean> {
  const described = await client.workflow
    .getHandle(workflowId)
    .describe()
    .catch(() => undefined);
  return described?.status.name === 'RUNNING';
}

async function hasRuns(client: Client, slug: string): Promise<boolean> {
  const query = `WorkflowType = 'runPipeline' AND ${searchAttributes.repo} = '${slug}'`;
  for await (const _ of client.workflow.list({ query, pageSize: 1 })) return true;
  return false;
}
