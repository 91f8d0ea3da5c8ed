import type Dockerode from 'dockerode';
import type { Artifact } from '../../../schemas/stage.ts';
import type { Workbench } from '../../lib/workbench.ts';
import { shortDigest, type Made } from '../made.ts';
import { loginOf, registryOf } from './credentials.ts';
import { commitTag, parseImageName } from './name.ts';
import { followDaemon } from './progress.ts';

type Push = {
  bench: Workbench;
  docker: Dockerode;
  image: Artifact;
  to: string;
  /** Folder of Docker's configuration, where `docker login` leaves what it needs. */
  dockerConfig?: string;
};

/**
 * Pushes an image and answers it with the registry's digest as its reference. Doing it twice is the same as once: a registry keeps
 * content by digest and takes only what it does not have.
 */
export async function pushImage({ bench, docker, image, to, dockerConfig }: Push): Promise<Made> {
  const { source, stage } = bench.task;
  const { repository, tag = commitTag(source.commit, stage.matrix) } = parseImageName(to);
  await docker.getImage(image.digest).tag({ repo: repository, tag });
  // The pipeline file names the target: a repository that nobody vouches for must not push with this machine's rights.
  const login = source.trusted && dockerConfig !== undefined ? await loginOf(registryOf(repository), dockerConfig) : undefined;
  // The daemon wants a header for an anonymous push as well.
  const authconfig = login ?? { username: '', password: '', serveraddress: registryOf(repository) };
  const stream = await docker.getImage(`${repository}:${tag}`).push({ authconfig, abortSignal: bench.signal });
  const outcome = await followDaemon(docker, stream, bench);
  if (outcome.error !== undefined) return { failed: `push to ${repository}:${tag}: ${outcome.error.trim()}` };
  if (outcome.digest === undefined) return { failed: `push to ${repository}:${tag}: the registry gave no digest` };
  const reference = `${repository}@${outcome.digest}`;
  bench.did(`pushed ${repository}:${tag} (${outcome.digest})`);
  return {
    artifacts: [{ ...image, reference }],
    said: [`image ${image.name} (${shortDigest(image.digest)}) pushed to ${repository}:${tag} (${shortDigest(outcome.digest)})`],
  };
}
