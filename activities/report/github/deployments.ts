import type { RestEndpointMethodTypes } from '@octokit/rest';
import { z } from 'zod';
import type { Deployment } from './deploymentText.ts';
import type { Desk } from './desk.ts';

type Listed = RestEndpointMethodTypes['repos']['listDeployments']['response']['data'][number];
type Shown = { id: number };

/** Written by `JSON.stringify` in some answers, as an object in others. */
const Payload = z.preprocess((value) => (typeof value === 'string' ? parsed(value) : value), z.object({ mainstay: z.string() }));

const ranks: Readonly<Record<string, number>> = { pending: 0, queued: 0, in_progress: 1, success: 2, failure: 3, error: 3, inactive: 4 };

/** Makes GitHub tell a release: one deployment by its key, and a status where the newest one says something else. */
export async function showDeployment(desk: Desk, commit: string, wanted: Deployment): Promise<void> {
  const { octokit, at } = desk;
  const deployment = await deploymentFor(desk, commit, wanted);
  if (deployment === undefined) return;
  const { data } = await octokit.rest.repos.listDeploymentStatuses({ ...at, deployment_id: deployment.id, per_page: 1 });
  const latest = data[0];
  const { status, environment } = wanted;
  const isShown =
    latest?.state === status.state &&
    latest.description === status.description &&
    (latest.environment_url || undefined) === status.environment_url &&
    (latest.log_url || undefined) === status.log_url;
  if (isShown || !mayFollow(latest?.state, wanted)) return;
  await octokit.rest.repos.createDeploymentStatus({ ...at, deployment_id: deployment.id, environment, ...status });
}

/** News that come late take nothing back; GitHub itself retires (`inactive`) what a later release replaced. Only an undone release fails after all. */
function mayFollow(latest: string | undefined, { status, undone }: Deployment): boolean {
  if (latest === undefined || undone) return true;
  if (status.state === 'failure' && (latest === 'success' || latest === 'inactive')) return false;
  return (ranks[latest] ?? 0) <= (ranks[status.state] ?? 0);
}

async function deploymentFor(desk: Desk, commit: string, wanted: Deployment): Promise<Shown | undefined> {
  const next = wanted.next === undefined ? undefined : (await withKey(desk, commit, wanted.next))[0];
  return next ?? (wanted.begun ? await findOrCreate(desk, commit, wanted) : undefined);
}

async function findOrCreate(desk: Desk, commit: string, { key, environment }: Deployment): Promise<Shown> {
  const [found, ...doubles] = await withKey(desk, commit, key);
  if (found) {
    for (const double of doubles) await retire(desk, double);
    return found;
  }
  const { octokit, at } = desk;
  const answer = await octokit.rest.repos.createDeployment({
    ...at,
    ref: commit,
    environment,
    description: `Mainstay releases ${commit.slice(0, 12)}`,
    payload: { mainstay: key },
    auto_merge: false,
    // What must be green is decided by the run's stages.
    required_contexts: [],
    transient_environment: false,
    production_environment: /^prod(?:uction)?$/i.test(environment),
  });
  // Another attempt may have looked at the same time: the oldest stays.
  const [oldest, ...rest] = await withKey(desk, commit, key);
  for (const double of rest) await retire(desk, double);
  return oldest ?? madeOf(answer.data);
}

/** Deployments with the key, oldest first; those that were retired as doubles are not among them when another one stays. */
async function withKey({ octokit, at }: Desk, commit: string, key: string): Promise<Shown[]> {
  const all: Listed[] = await octokit.paginate(octokit.rest.repos.listDeployments, { ...at, sha: commit, per_page: 100 });
  return all.filter(({ payload }) => Payload.safeParse(payload).data?.mainstay === key).toSorted((a, b) => a.id - b.id);
}

/** A second deployment of one release; GitHub lets only inactive ones go. */
async function retire({ octokit, at }: Desk, { id }: Shown): Promise<void> {
  const { data } = await octokit.rest.repos.listDeploymentStatuses({ ...at, deployment_id: id, per_page: 1 });
  if (data[0]?.state === 'inactive') return;
  await octokit.rest.repos.createDeploymentStatus({
    ...at,
    deployment_id: id,
    state: 'inactive',
    description: 'made twice; the other one counts',
  });
}

function madeOf(data: RestEndpointMethodTypes['repos']['createDeployment']['response']['data']): Shown {
  return z.object({ id: z.number() }).parse(data);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
