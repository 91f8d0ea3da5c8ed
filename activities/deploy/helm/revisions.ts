import { z } from 'zod';
import type { Cluster } from '../../lib/cluster/cluster.ts';
import { namespacedPath } from '../../lib/cluster/directory.ts';

/** Label by which a revision says which release of ours it is; a rollback hands it on. */
export const releaseLabel = 'mainstay-release';

const Secrets = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        labels: z.looseObject({ version: z.coerce.number(), status: z.string(), [releaseLabel]: z.string().optional() }),
      }),
    }),
  ),
});

export type Revision = { version: number; status: string; release: string | undefined };

/** The revisions of a Helm release, oldest first, as Helm keeps them in the namespace; empty: it is not installed. */
export async function revisionsOf(cluster: Cluster, namespace: string, name: string): Promise<Revision[]> {
  const found = await cluster.read(namespacedPath('v1', 'secrets', namespace), { labelSelector: `owner=helm,name=${name}` });
  const revisions = Secrets.parse(found ?? { items: [] }).items.map(({ metadata: { labels } }) => ({
    version: labels.version,
    status: labels.status,
    release: labels[releaseLabel],
  }));
  return revisions.sort((one, other) => one.version - other.version);
}

/** The revision in service; undefined: none. */
export function deployedOf(revisions: readonly Revision[]): Revision | undefined {
  return revisions.findLast(({ status }) => status === 'deployed');
}

/** What has to be done before Helm can go on: a helm that was killed leaves its release pending, and every later one refuses to start. */
export function recoveryOf(revisions: readonly Revision[]): { rollBackTo: number } | 'uninstall' | undefined {
  const newest = revisions.at(-1);
  const good = deployedOf(revisions) ?? revisions.findLast(({ status }) => status === 'superseded');
  if (newest === undefined) return undefined;
  if (good === undefined) return 'uninstall';
  const stands = newest.status === 'deployed' || newest.status === 'failed';
  return stands && deployedOf(revisions) !== undefined ? undefined : { rollBackTo: good.version };
}

/** The revision to go back to from a release: the one before it that was good, of the wanted release where there is one. */
export function revisionBefore(revisions: readonly Revision[], release: string, wanted: string | undefined): Revision | undefined {
  const good = revisions.filter((revision) => revision.status === 'superseded' && revision.release !== release);
  return good.findLast((revision) => revision.release === wanted) ?? good.at(-1);
}
