import type Dockerode from 'dockerode';
import { failure } from '../../schemas/failures.ts';
import type { Artifact } from '../../schemas/stage.ts';
import type { ReleaseJob } from './job.ts';

/** The image that a deploy stage means: the one it names, else the one that a stage before it built. */
export function wantedImage({ task, settings }: Pick<ReleaseJob, 'task' | 'settings'>): { reference: string; digest?: string } | undefined {
  if (settings.image) return { reference: settings.image };
  const built: Artifact | undefined = Object.values(task.needs)
    .flatMap(({ artifacts }) => artifacts)
    .find(({ kind }) => kind === 'image');
  return built && { reference: built.reference ?? built.digest, digest: built.digest };
}

/** Id of the wanted image in the daemon, pulled when it is not there. A name that means another image than the built one is refused. */
export async function resolveImage(docker: Dockerode, wanted: { reference: string; digest?: string }): Promise<string> {
  const { reference, digest } = wanted;
  const exact = digest === undefined ? undefined : await inspectImage(docker, digest);
  if (exact) return exact.Id;

  const there = (await inspectImage(docker, reference)) ?? (await pull(docker, pinned(reference, digest)));
  if (digest === undefined || there.Id === digest || there.RepoDigests?.some((name) => name.endsWith(`@${digest}`))) return there.Id;
  throw failure('DeployFailed', `${reference} is no longer the image that was built (${digest}): run the build stage again`);
}

async function inspectImage(docker: Dockerode, name: string): Promise<Dockerode.ImageInspectInfo | undefined> {
  try {
    return await docker.getImage(name).inspect();
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

async function pull(docker: Dockerode, reference: string): Promise<Dockerode.ImageInspectInfo> {
  try {
    const stream = await docker.pull(reference);
    await new Promise<void>((done, fail) => docker.modem.followProgress(stream, (error: Error | null) => (error ? fail(error) : done())));
    return await docker.getImage(reference).inspect();
  } catch (error) {
    throw failure('DeployFailed', `Image ${reference} is not in the Docker daemon and could not be pulled: ${String(error)}`, {}, error);
  }
}

function pinned(reference: string, digest: string | undefined): string {
  if (digest === undefined || reference.includes('@')) return reference;
  return `${reference.replace(/:[^:/]+$/, '')}@${digest}`;
}

/** True for an answer of the Docker daemon with this HTTP status. */
export function isStatus(error: unknown, ...statuses: number[]): boolean {
  return statuses.includes((error as { statusCode?: number }).statusCode ?? 0);
}
