import { z } from 'zod';
import { failure } from '../../../schemas/failures.ts';
import { Fence } from '../../../schemas/locks.ts';
import { type ClusterAnswer, complaintOf, refusedBy } from '../../lib/cluster/answer.ts';
import type { Cluster } from '../../lib/cluster/cluster.ts';
import { type Directory, namespacedPath } from '../../lib/cluster/directory.ts';
import { passFence } from '../fence.ts';
import { type ReleaseRecord, releaseId } from '../record.ts';
import { type Manifest, nameOf } from './manifest.ts';
import { clusterWide } from './permitted.ts';

/** What a deploy writes on each of its objects. */
export const marks = {
  /** Effect key of the release that applied it last, by which a later attempt sees what is done. */
  key: 'mainstay.dev/effect-key',
  commit: 'mainstay.dev/commit',
  fence: 'mainstay.dev/fence',
  /** Key of the release that made the object; gone with the next release. What a release made is removed when it is taken back. */
  madeBy: 'mainstay.dev/made-by',
  /** Label: short name of the release. */
  release: 'mainstay.dev/release',
} as const;

const Applied = z.object({
  metadata: z.object({ resourceVersion: z.string().optional(), annotations: z.record(z.string(), z.string()).optional() }),
});
type Applied = z.infer<typeof Applied>['metadata'];

type Applying = { cluster: Cluster; directory: Directory; record: ReleaseRecord; namespace: string; signal: AbortSignal };

/**
 * Applies an object on the server for a release, unless that release has applied it. Written over exactly what was read, so that nobody
 * with a later fence is overwritten (`LockLost`). `DeployFailed` when the cluster does not take the object.
 */
export async function applyManifest(manifest: Manifest, { cluster, directory, record, namespace, signal }: Applying): Promise<void> {
  const path = await pathOf(manifest, { directory, namespace });
  for (;;) {
    signal.throwIfAborted();
    const found = await cluster.read(path, undefined, signal);
    const there = found === undefined ? undefined : Applied.parse(found).metadata;
    passFence(tokenOf(there), record.fence);
    if (there?.annotations?.[marks.key] === record.key) return;
    const answer = await cluster.send({
      method: 'PATCH',
      path,
      query: { fieldManager: 'mainstay', force: 'true' },
      contentType: 'application/apply-patch+yaml',
      body: marked(manifest, { record, namespace, there }),
      signal,
    });
    if (answer.status < 400) return;
    // Somebody, often a controller, changed it since it was read.
    if (answer.status === 409) continue;
    throw await refusal(manifest, answer, { cluster, path });
  }
}

/** Removes what a release made and nothing else needs; an object that another release has taken over stays, and so does a volume's claim. */
export async function removeMade(manifest: Manifest, { cluster, directory, record, namespace }: Applying): Promise<void> {
  if (manifest.kind === 'PersistentVolumeClaim') return;
  const path = await pathOf(manifest, { directory, namespace });
  const found = await cluster.read(path);
  const there = found === undefined ? undefined : Applied.parse(found).metadata;
  passFence(tokenOf(there), record.fence);
  if (there?.annotations?.[marks.madeBy] === record.key) await cluster.remove(path);
}

/** `DeployFailed` for what the object itself is to blame for. */
async function refusal(manifest: Manifest, answer: ClusterAnswer, { cluster, path }: { cluster: Cluster; path: string }): Promise<Error> {
  const blamed = [400, 404, 422];
  const query = { dryRun: 'All', fieldValidation: 'Strict' };
  // A server-side apply answers 500 to a field of the wrong type or name; a trial creation says what is wrong with it.
  const said =
    answer.status === 500
      ? await cluster.send({ method: 'POST', path: path.slice(0, path.lastIndexOf('/')), query, body: manifest })
      : answer;
  if (!blamed.includes(said.status)) return refusedBy(answer, `apply ${nameOf(manifest)}`);
  return failure('DeployFailed', `the cluster does not take ${nameOf(manifest)}: ${complaintOf(said)}`);
}

async function pathOf(manifest: Manifest, { directory, namespace }: Pick<Applying, 'directory' | 'namespace'>): Promise<string> {
  const resource = await directory.resource(manifest);
  if (resource === undefined) {
    throw failure(
      'DeployFailed',
      `manifests: the cluster knows no ${manifest.kind} in ${manifest.apiVersion} (${nameOf(manifest)}): correct it, or install what defines it`,
    );
  }
  if (!resource.namespaced) throw failure('InvalidConfiguration', clusterWide(nameOf(manifest)));
  return namespacedPath(manifest.apiVersion, resource.name, namespace, manifest.metadata.name);
}

function marked(
  manifest: Manifest,
  { record, namespace, there }: { record: ReleaseRecord; namespace: string; there: Applied | undefined },
): unknown {
  const own = (texts: Readonly<Record<string, string>> | null | undefined) =>
    Object.entries(texts ?? {}).filter(([name]) => !name.startsWith('mainstay.dev/'));
  const isNew = there === undefined || there.annotations?.[marks.madeBy] === record.key;
  const fence = record.fence === undefined ? there?.annotations?.[marks.fence] : JSON.stringify(record.fence);
  const annotations = {
    ...Object.fromEntries(own(manifest.metadata.annotations)),
    [marks.key]: record.key,
    [marks.commit]: record.commit,
    ...(fence === undefined ? {} : { [marks.fence]: fence }),
    ...(isNew ? { [marks.madeBy]: record.key } : {}),
  };
  const labels = { ...Object.fromEntries(own(manifest.metadata.labels)), [marks.release]: releaseId(record.key) };
  const { name } = manifest.metadata;
  // A finalizer or an owner would tie the object to something that this release does not know.
  return { ...manifest, metadata: { name, namespace, labels, annotations, resourceVersion: there?.resourceVersion } };
}

function tokenOf(there: Applied | undefined): Record<string, number> {
  try {
    const { resource, token } = Fence.parse(JSON.parse(there?.annotations?.[marks.fence] ?? 'null'));
    return { [resource]: token };
  } catch {
    return {};
  }
}
