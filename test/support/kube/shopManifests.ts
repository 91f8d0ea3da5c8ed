/** Manifests of a small shop, as a repository would hold them. */
export type ShopWish = {
  version: string;
  replicas?: number;
  kind?: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  labels?: Record<string, string>;
  image?: string;
};

/** A configuration, a service and a workload of one container; `labels` are those of its pods. */
export function shopManifests({
  version,
  replicas = 2,
  kind = 'Deployment',
  labels = {},
  image = 'registry.example/shop:none',
}: ShopWish): string {
  const pods = { app: 'shop', ...labels };
  const spec = {
    ...(kind === 'DaemonSet' ? {} : { replicas }),
    ...(kind === 'StatefulSet' ? { serviceName: 'shop' } : {}),
    selector: { matchLabels: { app: 'shop' } },
    template: { metadata: { labels: pods }, spec: { containers: [{ name: 'shop', image, env: [{ name: 'VERSION', value: version }] }] } },
  };
  const documents = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'shop' }, data: { version } },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop' }, spec: { selector: { app: 'shop' }, ports: [{ port: 80 }] } },
    { apiVersion: 'apps/v1', kind, metadata: { name: 'shop' }, spec },
  ];
  return documents.map((document) => JSON.stringify(document, undefined, 2)).join('\n---\n');
}

/** Pods that are ready, and crash a second later. */
export const crashing = { 'pod-container-running-failed.stage.kwok.x-k8s.io': 'true' };
/** Pods that are ready, and are restarted a second later. */
export const restarting = { 'mainstay-test/restarts': 'true' };
/** Pods that never become ready. */
export const neverReady = { 'mainstay-test/never-ready': 'true' };
