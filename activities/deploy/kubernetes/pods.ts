import { z } from 'zod';
import type { Cluster } from '../../lib/cluster/cluster.ts';
import { namespacedPath } from '../../lib/cluster/directory.ts';
import { type Workload, type WorkloadRef, selectorText } from './workload.ts';

const Ended = z.object({ exitCode: z.number().int(), reason: z.string().optional(), message: z.string().optional() });
const ContainerStatus = z.object({
  name: z.string(),
  restartCount: z.number().int().default(0),
  state: z
    .object({
      terminated: Ended.optional(),
      waiting: z.object({ reason: z.string().optional(), message: z.string().optional() }).optional(),
    })
    .prefault({}),
  lastState: z.object({ terminated: Ended.optional() }).prefault({}),
});
const Pod = z.object({
  metadata: z.object({ name: z.string(), uid: z.string(), deletionTimestamp: z.string().optional() }),
  status: z
    .object({
      phase: z.string().optional(),
      reason: z.string().optional(),
      message: z.string().optional(),
      containerStatuses: z.array(ContainerStatus).default([]),
      initContainerStatuses: z.array(ContainerStatus).default([]),
    })
    .prefault({}),
});
export type Pod = z.infer<typeof Pod>;
const Pods = z.object({ items: z.array(Pod) });
const Revisions = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        labels: z.record(z.string(), z.string()).default({}),
        annotations: z.record(z.string(), z.string()).default({}),
        ownerReferences: z.array(z.object({ uid: z.string() })).default([]),
      }),
      revision: z.number().optional(),
    }),
  ),
});

const deploymentRevision = 'deployment.kubernetes.io/revision';

/** The pods of a workload's newest revision; those that are on their way out are left out. */
export async function newestPods(cluster: Cluster, ref: WorkloadRef, workload: Workload, signal?: AbortSignal): Promise<Pod[]> {
  const revision = await revisionLabel(cluster, ref, workload, signal);
  if (revision === undefined) return [];
  const labelSelector = [selectorText(workload.spec.selector), revision].join(',');
  const found = await cluster.read(namespacedPath('v1', 'pods', ref.namespace), { labelSelector }, signal);
  return Pods.parse(found ?? { items: [] }).items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

/** Label by which the pods of the newest revision are told from older ones; undefined: its controller has not made it yet. */
async function revisionLabel(
  cluster: Cluster,
  { kind, namespace }: WorkloadRef,
  workload: Workload,
  signal?: AbortSignal,
): Promise<string | undefined> {
  if (kind === 'StatefulSet') {
    const { updateRevision } = workload.status;
    return updateRevision === undefined ? undefined : `controller-revision-hash=${updateRevision}`;
  }
  const [collection, label] =
    kind === 'Deployment' ? ['replicasets', 'pod-template-hash'] : ['controllerrevisions', 'controller-revision-hash'];
  const labelSelector = selectorText(workload.spec.selector);
  const found = await cluster.read(namespacedPath('apps/v1', collection, namespace), { labelSelector }, signal);
  const own = Revisions.parse(found ?? { items: [] }).items.filter(({ metadata }) =>
    metadata.ownerReferences.some(({ uid }) => uid === workload.metadata.uid),
  );
  const newest = own.reduce<(typeof own)[number] | undefined>(
    (best, each) => (best === undefined || numberOf(each) > numberOf(best) ? each : best),
    undefined,
  );
  const value = newest?.metadata.labels[label];
  return value === undefined ? undefined : `${label}=${value}`;
}

function numberOf({ metadata, revision }: z.infer<typeof Revisions>['items'][number]): number {
  return revision ?? Number(metadata.annotations[deploymentRevision] ?? 0);
}

/** How often the containers of a pod were restarted, in all. */
export function restartsOf({ status }: Pod): number {
  return status.containerStatuses.reduce((sum, { restartCount }) => sum + restartCount, 0);
}

/** What says that a pod crashed: it failed, a container ended or restarts more often than `allowed`; undefined: nothing. */
export function crashOf(pod: Pod, allowed: number): string | undefined {
  const { metadata, status } = pod;
  // A reason at the pod itself is the node's (evicted, shut down), which says nothing against the program.
  if (status.phase === 'Failed' && status.reason !== undefined) return undefined;
  for (const { name, state, lastState } of status.containerStatuses) {
    const ended =
      state.terminated ?? (restartsOf(pod) > allowed || state.waiting?.reason === 'CrashLoopBackOff' ? lastState.terminated : undefined);
    if (ended === undefined) continue;
    const how = [`exit code ${ended.exitCode}`, ended.reason, ended.message].filter(Boolean).join(', ');
    return `pod ${metadata.name}: container ${name} ended (${how})${state.terminated === undefined ? ' and was restarted' : ''}`;
  }
  if (restartsOf(pod) > allowed) return `pod ${metadata.name} was restarted`;
  if (status.phase === 'Failed') return `pod ${metadata.name} failed: ${status.message ?? 'no reason given'}`;
  return undefined;
}

/** Why a pod's containers do not start yet: an image that cannot be pulled, a secret that is missing. */
export function waitingReason({ metadata, status }: Pod): string | undefined {
  for (const { name, state } of [...status.initContainerStatuses, ...status.containerStatuses]) {
    const { reason, message } = state.waiting ?? {};
    if (reason !== undefined && reason !== 'ContainerCreating' && reason !== 'PodInitializing') {
      return `pod ${metadata.name}: container ${name} waits (${[reason, message].filter(Boolean).join(': ')})`;
    }
  }
  return undefined;
}
