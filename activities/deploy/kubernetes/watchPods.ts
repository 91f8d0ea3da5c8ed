import type { Cluster } from '../../lib/cluster/cluster.ts';
import type { OpenCluster } from '../../lib/cluster/clusters.ts';
import type { ReleaseRecord } from '../record.ts';
import type { Target } from '../target.ts';
import { marks } from './applyManifest.ts';
import { type Mark, crashSince, markedWorkloads, readMark, shortageSince } from './mark.ts';
import { lastPodLines } from './podLog.ts';
import { readWorkload } from './workload.ts';

type Looks = Pick<Target, 'instance' | 'ending' | 'complaint' | 'lastLines' | 'ask'>;

/** Looks at a release's pods: a pod that was ready and crashes or restarts ends the release, fewer pods than before are a complaint. */
export function watchPods(openCluster: OpenCluster, takenOver: TakenOver = takenOverInCluster): Looks {
  const look = async <T>(record: ReleaseRecord, ask: (seen: Seen) => Promise<T>): Promise<T | undefined> => {
    const mark = readMark(record.mark);
    if (mark === undefined || record.cluster === undefined) return undefined;
    const { context, namespace } = record.cluster;
    return await ask({ cluster: openCluster(context), mark, namespace, record });
  };
  const ending = async (record: ReleaseRecord): Promise<string | undefined> =>
    await look(record, async (seen) => (await takenOver(seen)) ?? (await crashSince(seen.cluster, seen.mark, seen.namespace)));

  return {
    ending,
    instance: async (record) => (record.mark === undefined || (await ending(record)) !== undefined ? undefined : record.mark),
    complaint: (record) => look(record, ({ cluster, mark, namespace }) => shortageSince(cluster, mark, namespace)),
    lastLines: async (record) => (await look(record, ({ cluster, mark, namespace }) => lastPodLines(cluster, mark, namespace))) ?? '',
    // Refused before the release was made; a command has no place to run.
    ask: () => Promise.resolve(127),
  };
}

export type Seen = { cluster: Cluster; mark: Mark; namespace: string; record: ReleaseRecord };
/** What says that another release runs in the place of this one; undefined: nothing. */
export type TakenOver = (seen: Seen) => Promise<string | undefined>;

async function takenOverInCluster({ cluster, mark, namespace, record }: Seen): Promise<string | undefined> {
  for (const ref of markedWorkloads(mark, namespace)) {
    const workload = await readWorkload(cluster, ref);
    const key = workload?.metadata.annotations[marks.key];
    if (workload !== undefined && key !== record.key) return `${ref.kind} ${ref.name} was replaced by ${key ?? 'somebody else'}`;
  }
  return undefined;
}
