import type { ClusterAccess } from './access.ts';
import { type Cluster, openCluster } from './cluster.ts';

/** Opens the cluster of a context (default: the current one), like `openCluster`. */
export type OpenCluster = (context?: string) => Cluster;

// Long enough that a login program does not run for every look at a release, short enough that a kubeconfig that was changed is read.
const keptMs = 5 * 60_000;

/** Opens each context once in a while, and answers the same client in between. */
export function createClusters(access: ClusterAccess): OpenCluster {
  const open = new Map<string, { cluster: Cluster; until: number }>();
  return (context) => {
    const known = open.get(context ?? '');
    if (known !== undefined && known.until > Date.now()) return known.cluster;
    const cluster = openCluster(access, context);
    open.set(context ?? '', { cluster, until: Date.now() + keptMs });
    return cluster;
  };
}
