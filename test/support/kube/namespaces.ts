import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { type Cluster, openCluster } from '../../../activities/lib/cluster/cluster.ts';

export type TestCluster = { kubeconfig: string; cluster: Cluster };

/** The control plane of this test run; undefined, and the reason on the terminal, where there is none. */
export function kubeIfThere(): TestCluster | undefined {
  const kubeconfig = inject('kubeconfig');
  return kubeconfig === undefined ? undefined : { kubeconfig, cluster: openCluster({ kubeconfig }) };
}

/** A namespace of its own, so that tests do not meet. */
export async function makeNamespace(cluster: Cluster): Promise<string> {
  const name = `test-${randomUUID().slice(0, 8)}`;
  await cluster.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  return name;
}
