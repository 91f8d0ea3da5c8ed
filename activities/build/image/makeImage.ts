import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type Dockerode from 'dockerode';
import { failure } from '../../../schemas/failures.ts';
import { runPipelineId } from '../../../schemas/names.ts';
import type { BuildSettings } from '../../../schemas/settings.ts';
import type { Artifact } from '../../../schemas/stage.ts';
import type { Workbench } from '../../lib/workbench.ts';
import { keptFolder } from '../keepFiles.ts';
import { shortDigest, type Made } from '../made.ts';
import type { ImageStep } from '../planBuild.ts';
import { imageContext } from './context.ts';
import { commitTag, defaultRepository, parseImageName } from './name.ts';
import { followDaemon } from './progress.ts';
import { pushImage } from './push.ts';
import { refusal } from './refused.ts';

export type ImageDefaults = {
  /** Image that a Dockerfile may take as its base by `ARG MAINSTAY_RUNTIME`: what is there even where nothing can be pulled. */
  runtime: string;
  /** Bytes that one RUN step may use. */
  memoryBytes: number;
  /** Folder of Docker's configuration with the logins for a push (`~/.docker`); absent: pushes are anonymous. */
  dockerConfig?: string;
};

type Making = { bench: Workbench; settings: BuildSettings; docker?: Dockerode; imageDefaults: ImageDefaults; step: ImageStep };

/** Builds the image of a Dockerfile and, when asked, pushes it. Without a daemon: a notice, or a failure where an image was asked for. */
export async function makeImage(making: Making): Promise<Made> {
  const { bench, settings, docker, step } = making;
  const answers = await docker?.ping().then(
    () => true,
    () => false,
  );
  if (docker === undefined || !answers) {
    if (step.required) return { failed: `${step.dockerfile} cannot be built: no Docker daemon answers on this worker` };
    bench.notice(`no image of ${step.dockerfile}: no Docker daemon answers on this worker`);
    return { artifacts: [], said: [] };
  }
  const built = await buildImage({ ...making, docker });
  if ('failed' in built || settings.push === undefined) return built;
  if (bench.task.source.fork) {
    bench.notice(`the image of a fork is not pushed to ${settings.push}`);
    return built;
  }
  const image = built.artifacts[0];
  return image === undefined
    ? built
    : pushImage({ bench, docker, image, to: settings.push, dockerConfig: making.imageDefaults.dockerConfig });
}

async function buildImage({ bench, settings, docker, imageDefaults, step }: Making & { docker: Dockerode }): Promise<Made> {
  const { source, stage } = bench.task;
  const dockerfile = posix.relative(step.context, step.dockerfile);
  if (dockerfile.startsWith('..')) {
    throw failure(
      'InvalidConfiguration',
      `stage ${stage.id}: ${step.dockerfile} lies outside the stage's directory ${step.context}, which is what the image is built from`,
    );
  }
  const folder = join(bench.workspace, step.context);
  const text = await readFile(join(folder, dockerfile), 'utf8').catch(() => undefined);
  if (text === undefined) return { failed: `${step.dockerfile} is not in the commit` };

  const { repository, tag = commitTag(source.commit, stage.matrix) } = parseImageName(settings.image ?? defaultRepository(source.slug));
  const reference = `${repository}:${tag}`;
  const context = await imageContext({ folder, overlay: join(keptFolder(bench), step.context), dockerfile });
  bench.log(`building ${reference} from ${step.dockerfile} and ${context.files} files`);
  const asked = docker.buildImage(context.stream, {
    t: reference,
    dockerfile,
    buildargs: { ...(await runtimeArgument(docker, imageDefaults, text)), ...settings.build_args },
    labels: labels(bench),
    networkmode: settings.network ? undefined : 'none',
    memory: imageDefaults.memoryBytes,
    memswap: imageDefaults.memoryBytes,
    rm: true,
    forcerm: true,
    abortSignal: bench.signal,
  });
  const stream = await asked.catch(refusal);
  if (typeof stream === 'string') return { failed: `${step.dockerfile}: ${stream}` };
  const outcome = await followDaemon(docker, stream, bench);
  if (outcome.error !== undefined) return { failed: `${step.dockerfile}: ${outcome.error.trim()}${networkHint(settings)}` };
  // The daemon's own word first: by now the name may be another build's.
  const id = outcome.id ?? (await docker.getImage(reference).inspect()).Id;
  bench.did(`built ${reference} (${id})`);
  const image: Artifact = { name: reference, kind: 'image', digest: id, reference };
  return { artifacts: [image], said: [`image ${reference} (${shortDigest(id)})`] };
}

/** Only a Dockerfile that declares the argument gets it, and only where the image is there. */
async function runtimeArgument(docker: Dockerode, { runtime }: ImageDefaults, dockerfile: string): Promise<Record<string, string>> {
  if (!/^\s*ARG\s+MAINSTAY_RUNTIME\b/im.test(dockerfile)) return {};
  const there = await docker
    .getImage(runtime)
    .inspect()
    .then(
      () => true,
      () => false,
    );
  return there ? { MAINSTAY_RUNTIME: runtime } : {};
}

function labels({ task }: Workbench): Record<string, string> {
  const { slug, commit } = task.source;
  return {
    'mainstay.slug': slug,
    'mainstay.commit': commit,
    'mainstay.run': runPipelineId(slug, commit),
    'org.opencontainers.image.revision': commit,
  };
}

function networkHint({ network }: BuildSettings): string {
  return network ? '' : ' (RUN steps have no network; "with: {network: true}" gives it to them)';
}
