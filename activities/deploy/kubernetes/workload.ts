import { z } from 'zod';
import type { Cluster } from '../../lib/cluster/cluster.ts';
import { namespacedPath } from '../../lib/cluster/directory.ts';
import type { WorkloadKind } from './manifest.ts';

export type WorkloadRef = { kind: WorkloadKind; name: string; namespace: string };

const Selector = z.object({
  matchLabels: z.record(z.string(), z.string()).optional(),
  matchExpressions: z.array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).nullish() })).optional(),
});
const count = z.number().int().default(0);

/** What the three kinds of workloads say about themselves. */
const Workload = z.object({
  metadata: z.object({ uid: z.string(), generation: count, annotations: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({
    replicas: z.number().int().optional(),
    paused: z.boolean().optional(),
    selector: Selector,
    updateStrategy: z
      .object({ type: z.string().optional(), rollingUpdate: z.object({ partition: z.number().optional() }).optional() })
      .optional(),
  }),
  status: z
    .object({
      observedGeneration: count,
      replicas: count,
      updatedReplicas: count,
      availableReplicas: count,
      readyReplicas: count,
      updateRevision: z.string().optional(),
      desiredNumberScheduled: count,
      updatedNumberScheduled: count,
      numberAvailable: count,
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), reason: z.string().optional(), message: z.string().optional() }))
        .default([]),
    })
    .prefault({}),
});
export type Workload = z.infer<typeof Workload>;

/** The workload as the cluster has it; undefined: it is gone. */
export async function readWorkload(
  cluster: Cluster,
  { kind, name, namespace }: WorkloadRef,
  signal?: AbortSignal,
): Promise<Workload | undefined> {
  const found = await cluster.read(namespacedPath('apps/v1', `${kind.toLowerCase()}s`, namespace, name), undefined, signal);
  return found === undefined ? undefined : Workload.parse(found);
}

/** How far a rollout is. `stuck`: it will not go on by itself. */
export type Rollout = { state: 'done' | 'going' | 'stuck'; text: string };

/** Judges a rollout by the fields that the workload's controller fills in. */
export function rolloutOf(kind: WorkloadKind, { metadata, spec, status }: Workload): Rollout {
  if (spec.paused === true) return { state: 'stuck', text: 'it is paused' };
  if (status.observedGeneration < metadata.generation) return { state: 'going', text: 'its controller has not seen the change yet' };
  const late = status.conditions.find(({ reason }) => reason === 'ProgressDeadlineExceeded');
  if (late !== undefined) return { state: 'stuck', text: `its progress deadline is over: ${late.message ?? ''}` };
  const onDelete = spec.updateStrategy?.type === 'OnDelete';
  const { wanted, updated, available, old } = countsOf(kind, { metadata, spec, status });
  if (!onDelete && updated < wanted) return { state: 'going', text: `${updated} of ${wanted} pods are updated` };
  if (old > 0) return { state: 'going', text: `${old} old pods are still there` };
  if (available < wanted) return { state: 'going', text: `${available} of ${wanted} pods are available` };
  return { state: 'done', text: `${available} of ${wanted} pods are available` };
}

/** Pods that are ready to serve, and how many there should be. */
export function availability(kind: WorkloadKind, workload: Workload): { available: number; wanted: number } {
  const { available, wanted } = countsOf(kind, workload);
  return { available, wanted };
}

function countsOf(kind: WorkloadKind, { spec, status }: Workload): { wanted: number; updated: number; available: number; old: number } {
  if (kind === 'DaemonSet') {
    return { wanted: status.desiredNumberScheduled, updated: status.updatedNumberScheduled, available: status.numberAvailable, old: 0 };
  }
  const replicas = spec.replicas ?? 1;
  const { updatedReplicas: updated, availableReplicas: available } = status;
  if (kind === 'Deployment') return { wanted: replicas, updated, available, old: Math.max(0, status.replicas - updated) };
  // Pods below the partition keep the old revision on purpose.
  const kept = spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  return { wanted: replicas, updated: updated + Math.min(kept, replicas), available, old: 0 };
}

/** A label selector as the API takes it in a query. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: z.infer<typeof Selector>): string {
  const equal = Object.entries(matchLabels).map(([name, value]) => `${name}=${value}`);
  const others = matchExpressions.map(({ key, operator, values }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${(values ?? []).join(',')})`;
  });
  return [...equal, ...others].join(',');
}
