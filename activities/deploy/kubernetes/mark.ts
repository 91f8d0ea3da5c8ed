import { z } from 'zod';
import type { Cluster } from '../../lib/cluster/cluster.ts';
import { type WorkloadKind, workloadKinds } from './manifest.ts';
import { type Pod, crashOf, newestPods, restartsOf } from './pods.ts';
import { type WorkloadRef, availability, readWorkload } from './workload.ts';

/** What a release's pods were like when it was ready: by that it is seen later whether any of them crashed. */
const Mark = z.object({
  release: z.string(),
  /** Available pods by workload. */
  available: z.record(z.string(), z.number()),
  /** Restarts by pod, where there were any. */
  restarts: z.record(z.string(), z.number()),
});
export type Mark = z.infer<typeof Mark>;

/** The mark as a record keeps it. */
export function writeMark(mark: Mark): string {
  return JSON.stringify(mark);
}

/** The mark of a record; undefined: it was never ready. */
export function readMark(text: string | undefined): Mark | undefined {
  return text === undefined ? undefined : Mark.parse(JSON.parse(text));
}

/** The workloads that a mark speaks of. */
export function markedWorkloads(mark: Mark, namespace: string): WorkloadRef[] {
  return Object.keys(mark.available).flatMap((name) => parseWorkload(name, namespace) ?? []);
}

/** `Deployment/shop`, or `deployment/shop` as people write it. */
export function parseWorkload(text: string, namespace: string): WorkloadRef | undefined {
  const [kind = '', name = ''] = text.split('/');
  const known = workloadKinds.find((each) => each.toLowerCase() === kind.toLowerCase());
  return known === undefined || name === '' ? undefined : { kind: known, name, namespace };
}

/** What the pods of a release are like now. */
export async function markNow(cluster: Cluster, release: string, workloads: readonly WorkloadRef[]): Promise<Mark> {
  const mark: Mark = { release, available: {}, restarts: {} };
  for (const ref of workloads) {
    const workload = await readWorkload(cluster, ref);
    if (workload === undefined) continue;
    mark.available[`${ref.kind}/${ref.name}`] = availability(ref.kind, workload).available;
    for (const pod of await newestPods(cluster, ref, workload)) if (restartsOf(pod) > 0) mark.restarts[pod.metadata.uid] = restartsOf(pod);
  }
  return mark;
}

/** What says that the release's pods crashed, or are not there any more, since the mark was made; undefined: nothing. */
export async function crashSince(cluster: Cluster, mark: Mark, namespace: string): Promise<string | undefined> {
  for (const ref of markedWorkloads(mark, namespace)) {
    const workload = await readWorkload(cluster, ref);
    if (workload === undefined) return `${ref.kind} ${ref.name} is gone`;
    const pods: Pod[] = await newestPods(cluster, ref, workload);
    const crash = pods.map((pod) => crashOf(pod, mark.restarts[pod.metadata.uid] ?? 0)).find((each) => each !== undefined);
    if (crash !== undefined) return crash;
  }
  return undefined;
}

/** What says that fewer pods serve than when the mark was made; undefined: nothing. More pods on their way are no complaint. */
export async function shortageSince(cluster: Cluster, mark: Mark, namespace: string): Promise<string | undefined> {
  for (const ref of markedWorkloads(mark, namespace)) {
    const workload = await readWorkload(cluster, ref);
    if (workload === undefined) return `${ref.kind} ${ref.name} is gone`;
    const { available, wanted } = availability(ref.kind satisfies WorkloadKind, workload);
    const least = Math.min(wanted, mark.available[`${ref.kind}/${ref.name}`] ?? 0);
    if (available < least) return `${ref.kind} ${ref.name}: ${available} of ${least} pods are available`;
  }
  return undefined;
}
