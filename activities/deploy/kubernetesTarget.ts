import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import ms, { type StringValue } from 'ms';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { failure } from '../../schemas/failures.ts';
import type { ClusterAccess } from '../lib/cluster/access.ts';
import { createClusters } from '../lib/cluster/clusters.ts';
import { createDirectory } from '../lib/cluster/directory.ts';
import { digestOf, pushedImage } from './clusterImage.ts';
import type { ReleaseJob } from './job.ts';
import { applyManifest, removeMade } from './kubernetes/applyManifest.ts';
import { withImages } from './kubernetes/containers.ts';
import { passClusterFence } from './kubernetes/fenceMap.ts';
import { inOrder } from './kubernetes/inOrder.ts';
import { Manifest, isWorkload, nameOf } from './kubernetes/manifest.ts';
import { manifestFiles } from './kubernetes/manifestFiles.ts';
import { markNow, parseWorkload, writeMark } from './kubernetes/mark.ts';
import { refuseHealth } from './kubernetes/refuseHealth.ts';
import { refuseFarReaching } from './kubernetes/permitted.ts';
import { readManifests } from './kubernetes/readManifests.ts';
import { waitForRollout } from './kubernetes/rollout.ts';
import { watchPods } from './kubernetes/watchPods.ts';
import type { WorkloadRef } from './kubernetes/workload.ts';
import { openLedger } from './ledger.ts';
import { type CheckOuts, checkOutRelease, requireTrust } from './processTarget.ts';
import { type ReleaseRecord, releaseId } from './record.ts';
import type { Target } from './target.ts';

const Kept = z.array(Manifest);

/**
 * Releases as objects of one namespace of a cluster, applied on the server. What was applied is kept with the release, and applying the
 * one before again is the way back.
 */
export function createKubernetesTarget({
  home,
  workspaces,
  access,
}: {
  home: string;
  workspaces: CheckOuts;
  access: ClusterAccess;
}): Target {
  const openCluster = createClusters(access);
  const keptIn = (record: Pick<ReleaseRecord, 'slug' | 'environment' | 'key'>) =>
    join(openLedger(home, record).folderOf(record.key), 'manifests.json');
  const manifestsOf = async (record: ReleaseRecord) => Kept.parse(JSON.parse(await readFile(keptIn(record), 'utf8')));

  const apply = async (record: ReleaseRecord, signal: AbortSignal): Promise<void> => {
    const { context, namespace } = placeOf(record);
    const cluster = openCluster(context);
    await passClusterFence(cluster, record);
    const applying = { cluster, directory: createDirectory(cluster), record, namespace, signal };
    for (const manifest of inOrder(await manifestsOf(record))) await applyManifest(manifest, applying);
    await waitForRollout({ cluster, workloads: workloadsOf(record), within: placeOf(record).within, signal });
  };

  return {
    manner: 'inPlace',

    async prepare(job) {
      requireTrust(job.task.source, 'kubernetes');
      refuseHealth(job);
      const { namespace, context, images, ready_within } = job.settings;
      openCluster(context);
      const folder = await checkOutRelease(workspaces, job);
      const files = await manifestFiles(folder, job.task.stage.directory, job.settings.manifests);
      const built = pushedImage(job, images !== undefined && !Object.values(images).includes('built'));
      const manifests = withImages(readManifests(files), { images, built });
      refuseFarReaching(manifests, namespace);
      const workloads = watched(job, manifests);
      await writeFileAtomic(join(job.ledger.folderOf(job.key), 'manifests.json'), JSON.stringify(manifests), { mode: 0o600 });
      await rm(folder, { recursive: true, force: true });
      const cluster = { context, namespace, within: ms(ready_within as StringValue), workloads };
      return { digest: digestOf(built, manifests), image: built, cluster, directory: '' };
    },

    async start(record, signal) {
      await apply(record, signal);
      const cluster = openCluster(placeOf(record).context);
      return writeMark(await markNow(cluster, releaseId(record.key), workloadsOf(record)));
    },

    ...watchPods(openCluster),

    // The next release replaces it, or `takeBack` does.
    stop: () => Promise.resolve(),
    discard: () => Promise.resolve(),

    async takeBack(record, previous, signal) {
      const { context, namespace } = placeOf(record);
      const cluster = openCluster(context);
      await passClusterFence(cluster, record);
      const before = previous?.target === 'kubernetes' && previous.cluster?.namespace === namespace ? previous : undefined;
      const stays = before === undefined ? [] : await manifestsOf(before);
      if (before !== undefined) await apply(before, signal);
      const removing = { cluster, directory: createDirectory(cluster), record, namespace, signal };
      const names = new Set(stays.map(nameOf));
      for (const manifest of inOrder(await manifestsOf(record)).toReversed()) {
        if (!names.has(nameOf(manifest))) await removeMade(manifest, removing);
      }
      return true;
    },
  };
}

function placeOf({ cluster, key }: ReleaseRecord): NonNullable<ReleaseRecord['cluster']> {
  if (cluster !== undefined) return cluster;
  throw failure('DeployFailed', `${key} has no place in a cluster: deploy again`);
}

function workloadsOf(record: ReleaseRecord): WorkloadRef[] {
  const { workloads = [], namespace } = placeOf(record);
  return workloads.flatMap((name) => parseWorkload(name, namespace) ?? []);
}

function watched({ settings, task }: ReleaseJob, manifests: readonly Manifest[]): string[] {
  const all = manifests.filter(isWorkload).map(nameOf);
  return (settings.workload ?? all).map((wish) => {
    const found = all.find((name) => name.toLowerCase() === wish.toLowerCase() || name.split('/')[1] === wish);
    if (found !== undefined) return found;
    throw failure(
      'InvalidConfiguration',
      `Stage ${task.stage.id}, with.workload: the manifests have no ${wish}; they have ${all.join(', ') || 'no workload'}`,
    );
  });
}
