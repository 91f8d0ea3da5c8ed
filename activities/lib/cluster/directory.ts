import { z } from 'zod';
import type { Cluster } from './cluster.ts';

/** What names one object of a cluster. */
export type ObjectName = { apiVersion: string; kind: string; metadata: { name: string } };

const Resources = z.object({ resources: z.array(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean() })) });
type Resource = z.infer<typeof Resources>['resources'][number];

/** Finds under which path a cluster keeps objects of a kind; each API version is asked for once. */
export function createDirectory(cluster: Pick<Cluster, 'read'>) {
  const known = new Map<string, Promise<Resource[]>>();
  const resourcesOf = (apiVersion: string): Promise<Resource[]> => {
    const found = known.get(apiVersion) ?? list(cluster, apiVersion);
    known.set(apiVersion, found);
    return found;
  };

  return {
    /** The resource behind a kind; undefined: the cluster does not know it. */
    async resource({ apiVersion, kind }: Pick<ObjectName, 'apiVersion' | 'kind'>): Promise<Resource | undefined> {
      // Subresources such as `deployments/scale` have a kind as well.
      return (await resourcesOf(apiVersion)).find((each) => each.kind === kind && !each.name.includes('/'));
    },
  };
}

export type Directory = ReturnType<typeof createDirectory>;

/** Path of a namespaced object, or of its collection when no name is given. */
export function namespacedPath(apiVersion: string, plural: string, namespace: string, name?: string): string {
  const path = `${root(apiVersion)}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
  return name === undefined ? path : `${path}/${encodeURIComponent(name)}`;
}

async function list(cluster: Pick<Cluster, 'read'>, apiVersion: string): Promise<Resource[]> {
  const body = await cluster.read(root(apiVersion));
  return body === undefined ? [] : Resources.parse(body).resources;
}

function root(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
