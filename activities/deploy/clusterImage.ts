import { createHash } from 'node:crypto';
import { failure } from '../../schemas/failures.ts';
import { wantedImage } from './image.ts';
import type { ReleaseJob } from './job.ts';

/** Reference, with digest where the build gave one, of the image that a cluster is to pull; undefined: no image was built or named. */
export function pushedImage(job: Pick<ReleaseJob, 'task' | 'settings'>, unused: boolean): string | undefined {
  const wanted = wantedImage(job);
  if (wanted === undefined || unused) return undefined;
  if (wanted.digest === undefined || wanted.reference.includes('@')) return wanted.reference;
  throw failure(
    'InvalidConfiguration',
    `Stage ${job.task.stage.id}: the image ${wanted.reference} is only in the daemon that built it, and a cluster pulls from a registry: set with.push of the build stage`,
  );
}

/** Digest of what a cluster runs: the image's own, else that of everything that is applied. */
export function digestOf(image: string | undefined, applied: unknown): string {
  const own = image === undefined ? undefined : /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1];
  return own ?? `manifests:sha256:${createHash('sha256').update(JSON.stringify(applied)).digest('hex')}`;
}
