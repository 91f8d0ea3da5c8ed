import type { Cluster } from '../../lib/cluster/cluster.ts';
import { namespacedPath } from '../../lib/cluster/directory.ts';
import { type Mark, markedWorkloads } from './mark.ts';
import { crashOf, newestPods } from './pods.ts';
import { readWorkload } from './workload.ts';

/** Last lines of a pod of the release, of one that crashed where there is one; '' when the cluster has none to give. */
export async function lastPodLines(cluster: Cluster, mark: Mark, namespace: string): Promise<string> {
  for (const ref of markedWorkloads(mark, namespace)) {
    const workload = await readWorkload(cluster, ref);
    const pods = workload === undefined ? [] : await newestPods(cluster, ref, workload);
    const pod = pods.find((each) => crashOf(each, 0) !== undefined) ?? pods[0];
    if (pod === undefined) continue;
    const path = `${namespacedPath('v1', 'pods', namespace, pod.metadata.name)}/log`;
    // A container that was restarted has said why in the log of its life before.
    for (const previous of ['true', 'false']) {
      const { status, body } = await cluster.send({ method: 'GET', path, query: { tailLines: '20', previous } });
      if (status === 200 && typeof body === 'string' && body.trim() !== '') return body.trimEnd();
    }
  }
  return '';
}
