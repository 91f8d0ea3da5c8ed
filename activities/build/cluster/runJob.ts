import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { failure } from '../../../schemas/failures.ts';
import type { Cluster } from '../../lib/cluster/cluster.ts';
import { namespacedPath } from '../../lib/cluster/directory.ts';

const Job = z.object({
  status: z
    .object({
      active: z.number().optional(),
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), reason: z.string().optional(), message: z.string().optional() }))
        .default([]),
    })
    .prefault({}),
});
const Ended = z.object({ exitCode: z.number(), reason: z.string().optional(), message: z.string().optional() });
const Waits = z.object({ reason: z.string().optional(), message: z.string().optional() });
const Pods = z.object({
  items: z.array(
    z.object({
      status: z
        .object({
          phase: z.string().optional(),
          containerStatuses: z
            .array(z.object({ state: z.object({ terminated: Ended.optional(), waiting: Waits.optional() }).prefault({}) }))
            .default([]),
        })
        .prefault({}),
    }),
  ),
});

const interval = 1_000;

/** How a Job ended: what its container left as its last word, or why there is none. */
export type JobEnd = { message: string } | { failed: string };

type JobRun = { cluster: Cluster; job: object; namespace: string; name: string; signal: AbortSignal; log(line: string): void };

/**
 * Runs a Job to its end; one of the same name is waited for instead, so that a worker that was killed goes on where it was. When
 * cancelled the Job is removed with its pod.
 */
export async function runJob({ cluster, job, namespace, name, signal, log }: JobRun): Promise<JobEnd> {
  const collection = namespacedPath('batch/v1', 'jobs', namespace);
  const path = `${collection}/${name}`;
  const made = await cluster.create(collection, job);
  log(made ? `Job ${namespace}/${name} was made` : `Job ${namespace}/${name} is there already`);
  let said = '';
  try {
    for (;;) {
      const found = await cluster.read(path, undefined, signal);
      if (found === undefined) throw failure('SandboxFailed', `the Job ${namespace}/${name} was removed while it ran`);
      const { status } = Job.parse(found);
      const ended = status.conditions.find(({ type, status: holds }) => holds === 'True' && (type === 'Complete' || type === 'Failed'));
      const { message, state } = await podOf(cluster, { namespace, name, signal });
      if (ended?.type === 'Complete') return { message };
      if (ended !== undefined) return { failed: [message, ended.reason, ended.message].filter(Boolean).join(': ').slice(-2000) };
      if (state !== said) log(`Job ${namespace}/${name}: ${state}`);
      said = state;
      await sleep(interval, undefined, { signal });
    }
  } catch (error) {
    if (signal.aborted) await cluster.remove(path);
    throw error;
  }
}

async function podOf(
  cluster: Cluster,
  { namespace, name, signal }: Pick<JobRun, 'namespace' | 'name' | 'signal'>,
): Promise<{ message: string; state: string }> {
  const found = await cluster.read(
    namespacedPath('v1', 'pods', namespace),
    { labelSelector: `batch.kubernetes.io/job-name=${name}` },
    signal,
  );
  const pod = Pods.parse(found ?? { items: [] }).items.at(-1);
  const { terminated, waiting } = pod?.status.containerStatuses[0]?.state ?? {};
  const state = [pod?.status.phase ?? 'no pod yet', waiting?.reason, waiting?.message].filter(Boolean).join(': ');
  const exit = terminated === undefined || terminated.exitCode === 0 ? '' : `exit code ${terminated.exitCode}`;
  return { message: [exit, terminated?.message?.trim()].filter(Boolean).join(': '), state };
}
