import type { Manifest } from './manifest.ts';

// What others refer to comes first; every kind that is not named comes before the pods that may use it.
const first = [
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'ResourceQuota',
  'LimitRange',
  'NetworkPolicy',
  'PersistentVolumeClaim',
  'Secret',
  'ConfigMap',
  'Service',
];
const last = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Pod',
  'Job',
  'CronJob',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'Ingress',
];

/** The manifests in the order in which a cluster can use them; equal kinds as they were written. */
export function inOrder(manifests: readonly Manifest[]): Manifest[] {
  return manifests.toSorted((one, other) => rank(one) - rank(other));
}

function rank({ kind }: Manifest): number {
  const [early, late] = [first.indexOf(kind), last.indexOf(kind)];
  if (early >= 0) return early;
  return late >= 0 ? 200 + late : 100;
}
