import { join } from 'node:path';
import ms, { type StringValue } from 'ms';
import { z } from 'zod';
import { failure } from '../../schemas/failures.ts';
import { createClusters } from '../lib/cluster/clusters.ts';
import type { ClusterAccess } from '../lib/cluster/access.ts';
import { digestOf, pushedImage } from './clusterImage.ts';
import { type ReleaseJob, environmentOf } from './job.ts';
import { passClusterFence } from './kubernetes/fenceMap.ts';
import { isWorkload, nameOf } from './kubernetes/manifest.ts';
import { markNow, parseWorkload, writeMark } from './kubernetes/mark.ts';
import { refuseFarReaching } from './kubernetes/permitted.ts';
import { readManifests } from './kubernetes/readManifests.ts';
import { refuseHealth } from './kubernetes/refuseHealth.ts';
import { waitForRollout } from './kubernetes/rollout.ts';
import { watchPods, type TakenOver } from './kubernetes/watchPods.ts';
import { openLedger } from './ledger.ts';
import { stopAll } from './managedProcess.ts';
import { type CheckOuts, checkOutRelease, requireTrust } from './processTarget.ts';
import { type ReleaseRecord, releaseId } from './record.ts';
import type { Target } from './target.ts';
import { checkChart, valueArguments } from './helm/chart.ts';
import { deployedOf, recoveryOf, releaseLabel, revisionBefore, revisionsOf } from './helm/revisions.ts';
import { type HelmCall, type HelmOutcome, runHelm } from './helm/runHelm.ts';

const Trial = z.object({ manifest: z.string(), hooks: z.array(z.object({ manifest: z.string() })).nullish() });

/**
 * Releases of a chart by the helm program. Each revision carries the release's short name as a label, by which a later attempt sees what
 * is done; the way back is Helm's own rollback to the revision that was in service before.
 */
export function createHelmTarget({ home, workspaces, access }: { home: string; workspaces: CheckOuts; access: ClusterAccess }): Target {
  const openCluster = createClusters(access);
  const folderOf = (record: Named) => openLedger(home, record).folderOf(record.key);
  const markOf = ({ slug, environment }: Named) => `helm/${home}/${slug}/${environment}`;

  const session = (record: ReleaseRecord, signal: AbortSignal) => {
    const { helm, place } = partsOf(record);
    const cluster = openCluster(place.context);
    const scratch = join(folderOf(record), 'helm');
    const call: HelmCall = { access, context: place.context, namespace: place.namespace, scratch, mark: markOf(record), signal };
    const must = async (args: readonly string[], what: string): Promise<string> => {
      const outcome = await runHelm(args, call);
      if (outcome.exitCode === 0) return outcome.output;
      throw await helmFailed(outcome, what, () => revisionsOf(cluster, place.namespace, helm.release));
    };
    const revisions = () => revisionsOf(cluster, place.namespace, helm.release);
    const waiting = ['--wait', `--timeout=${helm.timeout}ms`, ...(helm.hooks ? [] : ['--no-hooks'])];
    return { cluster, place, helm, must, revisions, waiting };
  };
  type Session = ReturnType<typeof session>;

  /** Makes sure that no helm of this environment runs here any more, and that none left the release pending. */
  const recover = async (record: ReleaseRecord, { helm, must, revisions, waiting }: Session): Promise<void> => {
    await stopAll(markOf(record), undefined, 20_000);
    const recovery = recoveryOf(await revisions());
    if (recovery === 'uninstall') await must(['uninstall', helm.release, ...waiting], 'remove the half-installed release');
    else if (recovery) await must(['rollback', helm.release, String(recovery.rollBackTo), ...waiting], 'recover the pending release');
  };

  const upgrade = async (record: ReleaseRecord, { helm, must, place, waiting }: Session): Promise<void> => {
    const source = join(folderOf(record), 'source', record.directory);
    const values = [...helm.values.map((file) => `--values=${join(source, file)}`), ...helm.set];
    const chart = ['upgrade', '--install', helm.release, join(source, helm.chart), '--skip-crds', ...values];
    const trial = Trial.parse(JSON.parse(await must([...chart, '--dry-run=server', '--output=json'], 'render the chart')));
    const hooks = helm.hooks ? (trial.hooks ?? []).map((hook) => hook.manifest) : [];
    refuseFarReaching(readManifests([trial.manifest, ...hooks].map((text) => ({ path: `chart ${helm.chart}`, text }))), place.namespace);
    const marks = [`--labels=${releaseLabel}=${releaseId(record.key)}`, `--description=mainstay ${record.key} (${record.commit})`];
    await must([...chart, '--atomic', ...waiting, ...marks], 'upgrade');
  };

  return {
    manner: 'inPlace',

    async prepare(job) {
      requireTrust(job.task.source, 'helm');
      refuseHealth(job);
      openCluster(job.settings.context);
      const built = pushedImage(job, job.settings.image_values !== undefined && Object.keys(job.settings.image_values).length === 0);
      const set = valueArguments(job.settings, built, job.task.source.commit);
      const source = await checkOutRelease(workspaces, job);
      await checkChart(join(source, job.task.stage.directory), job.settings);
      const { tree } = job.task.source;
      return { digest: digestOf(built, { tree, set }), image: built, cluster: placeOf(job, set), directory: job.task.stage.directory };
    },

    async start(record, signal) {
      const here = session(record, signal);
      const { cluster, place, helm } = here;
      await passClusterFence(cluster, record);
      await recover(record, here);
      if (deployedOf(await here.revisions())?.release !== releaseId(record.key)) await upgrade(record, here);
      const manifest = await here.must(['get', 'manifest', helm.release], 'read the release');
      const names = readManifests([{ path: `release ${helm.release}`, text: manifest }])
        .filter(isWorkload)
        .map(nameOf);
      const workloads = names.flatMap((name) => parseWorkload(name, place.namespace) ?? []);
      await waitForRollout({ cluster, workloads, within: place.within, signal });
      return writeMark(await markNow(cluster, releaseId(record.key), workloads));
    },

    ...watchPods(openCluster, takenOverInHelm),

    stop: () => Promise.resolve(),
    discard: () => Promise.resolve(),

    async takeBack(record, previous, signal) {
      const here = session(record, signal);
      await passClusterFence(here.cluster, record);
      await recover(record, here);
      const revisions = await here.revisions();
      const release = releaseId(record.key);
      // Helm itself took a failed upgrade back already, or somebody deployed another one since.
      if (deployedOf(revisions)?.release !== release) return true;
      const before = revisionBefore(revisions, release, previous && releaseId(previous.key));
      const args = before === undefined ? ['uninstall', here.helm.release] : ['rollback', here.helm.release, String(before.version)];
      await here.must([...args, ...here.waiting], 'roll back');
      return true;
    },
  };
}

type Named = Pick<ReleaseRecord, 'slug' | 'environment' | 'key'>;

const takenOverInHelm: TakenOver = async ({ cluster, mark, namespace, record }) => {
  const name = record.cluster?.helm?.release ?? '';
  const deployed = deployedOf(await revisionsOf(cluster, namespace, name));
  if (deployed?.release === mark.release) return undefined;
  return deployed === undefined
    ? `the release ${name} is not deployed any more`
    : `the release ${name} was replaced by its revision ${deployed.version}`;
};

function placeOf({ settings, task }: ReleaseJob, set: string[]): NonNullable<ReleaseRecord['cluster']> {
  const { namespace, context, ready_within, chart, values, hooks, timeout } = settings;
  const fallback = (task.source.slug.split('/').at(-1) ?? environmentOf(task))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 53)
    .replace(/^-+|-+$/g, '');
  const helm = { release: settings.release ?? fallback, chart, values, set, hooks, timeout: ms(timeout as StringValue) };
  return { context, namespace, within: ms(ready_within as StringValue), helm };
}

function partsOf(record: ReleaseRecord) {
  const place = record.cluster;
  if (place?.helm !== undefined) return { place, helm: place.helm };
  throw failure('DeployFailed', `${record.key} is not a Helm release: deploy again`);
}

/** Asks the cluster before Helm is blamed: when it does not answer, that is the failure, and it passes. */
async function helmFailed({ complaint, exitCode }: HelmOutcome, what: string, look: () => Promise<unknown>): Promise<Error> {
  await look();
  return failure('DeployFailed', `Helm could not ${what} (exit code ${exitCode}): ${complaint}`);
}
