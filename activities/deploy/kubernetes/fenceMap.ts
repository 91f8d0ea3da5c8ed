import { z } from 'zod';
import { failure } from '../../../schemas/failures.ts';
import type { Cluster } from '../../lib/cluster/cluster.ts';
import { refusedBy } from '../../lib/cluster/answer.ts';
import { namespacedPath } from '../../lib/cluster/directory.ts';
import { type SeenTokens, passFence } from '../fence.ts';
import type { ReleaseRecord } from '../record.ts';

export const fenceMapPrefix = 'mainstay-fence-';

const FenceMap = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string() }),
  data: z.record(z.string(), z.string()).optional(),
});
const Tokens = z.record(z.string(), z.number());

/**
 * Remembers the token of the release's lock in the cluster, or refuses with `LockLost` when a later holder deployed there from any
 * machine. Written only over what was read, so that of two workers at once the lower token never wins.
 */
export async function passClusterFence(cluster: Cluster, { fence, cluster: place, environment }: ReleaseRecord): Promise<void> {
  if (fence === undefined || place === undefined) return;
  const name = `${fenceMapPrefix}${environment.toLowerCase().replace(/[^a-z0-9.-]+/g, '-')}`.replace(/[.-]+$/, '').slice(0, 253);
  const collection = namespacedPath('v1', 'configmaps', place.namespace);
  const path = `${collection}/${name}`;
  for (;;) {
    const found = await cluster.read(path);
    const map = found === undefined ? undefined : FenceMap.parse(found);
    const seen = tokensOf(map?.data?.['tokens'], path);
    const data = { tokens: JSON.stringify(passFence(seen, fence)) };
    if (map?.data?.['tokens'] === data.tokens) return;
    if (map === undefined) {
      if (await cluster.create(collection, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data })) return;
      continue;
    }
    const answer = await cluster.send({ method: 'PUT', path, body: { ...map, data } });
    if (answer.status < 400) return;
    if (answer.status !== 409) throw refusedBy(answer, `PUT ${path}`);
  }
}

function tokensOf(text: string | undefined, path: string): SeenTokens {
  if (text === undefined) return {};
  try {
    return Tokens.parse(JSON.parse(text));
  } catch {
    throw failure('DeployFailed', `${path} is not as a deploy wrote it: correct it, or remove it when no deploy runs`);
  }
}
