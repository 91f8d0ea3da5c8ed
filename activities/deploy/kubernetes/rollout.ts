import { setTimeout as sleep } from 'node:timers/promises';
import { failure } from '../../../schemas/failures.ts';
import type { Cluster } from '../../lib/cluster/cluster.ts';
import { type Pod, crashOf, newestPods, restartsOf, waitingReason } from './pods.ts';
import { type WorkloadRef, readWorkload, rolloutOf } from './workload.ts';

const interval = 250;
// One crash may be a service that waits for another; who crashes as often as this does not come up.
const crashesAllowed = 3;

export type RolloutOrder = { cluster: Cluster; workloads: readonly WorkloadRef[]; within: number; signal: AbortSignal };

/** Waits until all workloads run their newest revision, at most `within` ms. `DeployFailed` or `UnhealthyRelease` say which pod stands in the way. */
export async function waitForRollout({ cluster, workloads, within, signal }: RolloutOrder): Promise<void> {
  const deadline = Date.now() + within;
  for (const ref of workloads) {
    for (;;) {
      signal.throwIfAborted();
      const workload = await readWorkload(cluster, ref, signal);
      if (workload === undefined) throw failure('DeployFailed', `${ref.kind} ${ref.name} is not in the namespace ${ref.namespace}`);
      const { state, text } = rolloutOf(ref.kind, workload);
      if (state === 'done') break;
      const pods = await newestPods(cluster, ref, workload, signal);
      const crashed = pods.filter((pod) => crashOf(pod, 0) !== undefined);
      const hopeless = crashed.length >= crashesAllowed || crashed.some((pod) => restartsOf(pod) >= crashesAllowed);
      if (state === 'stuck' || hopeless || Date.now() > deadline) throw notReady({ ref, text, pods, within, stuck: state === 'stuck' });
      await sleep(interval, undefined, { signal });
    }
  }
}

type NotReady = { ref: WorkloadRef; text: string; pods: readonly Pod[]; within: number; stuck: boolean };

function notReady({ ref, text, pods, within, stuck }: NotReady): Error {
  const what = `${ref.kind} ${ref.name} is not ready`;
  const reasons = pods.flatMap((pod) => crashOf(pod, 0) ?? waitingReason(pod) ?? []).slice(0, 3);
  const why = [text, ...reasons].join('; ');
  if (reasons.length > 0 && pods.some((pod) => crashOf(pod, 0) !== undefined))
    return failure('UnhealthyRelease', `${what}, its pods crash: ${why}`);
  return failure('DeployFailed', stuck ? `${what}: ${why}` : `${what} after ${within / 1000} s: ${why}`);
}
