import { z } from 'zod';
import { chooseContext } from '../../../activities/lib/cluster/access.ts';
import { openCluster } from '../../../activities/lib/cluster/cluster.ts';
import type { ClusterSettings } from '../../../config/services.ts';
import { failure, failureType } from '../../../schemas/failures.ts';
import { absent, answering } from './answering.ts';
import type { Part } from './part.ts';

const service = {
  name: 'Kubernetes',
  costs: 'nothing is deployed to Kubernetes or by Helm, and no image is built there',
  fix: 'set KUBECONFIG to a kubeconfig whose cluster can be reached (docs/deploy.md)',
};

const Version = z.object({ gitVersion: z.string() });

/** The cluster of the current context, and of each other one that repositories may name. */
export async function lookAtClusters(access: ClusterSettings): Promise<Part[]> {
  const current = currentContext(access);
  if (typeof current !== 'string') return [absent(service, current.missing)];
  const contexts = [...new Set([current, ...(access.contexts ?? [])])];
  return await Promise.all(
    contexts.map((context) => {
      const name = contexts.length === 1 ? service.name : `${service.name} (${context})`;
      const ask = async (signal: AbortSignal) => `${await versionOf(access, context, signal)}, context ${context}`;
      return answering({ ...service, name }, { ask });
    }),
  );
}

function currentContext(access: ClusterSettings): string | { missing: string | undefined } {
  try {
    return chooseContext(access, undefined).getCurrentContext();
  } catch (error) {
    if (failureType(error) !== 'NotConfigured') throw error;
    return { missing: access.kubeconfig === undefined ? undefined : (error as Error).message };
  }
}

async function versionOf(access: ClusterSettings, context: string, signal: AbortSignal): Promise<string> {
  const said = Version.safeParse(await openCluster(access, context).read('/version', {}, signal));
  if (said.success) return said.data.gitVersion;
  throw failure('ServiceRefused', `what answers for the context ${context} is no Kubernetes API: correct its server in the kubeconfig`);
}
