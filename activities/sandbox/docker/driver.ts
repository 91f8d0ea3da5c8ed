import { randomUUID } from 'node:crypto';
import Dockerode from 'dockerode';
import { failure } from '../../../schemas/failures.ts';
import type { Box, BoxRequest, SandboxDriver } from '../box.ts';
import { packFiles, packWorkspace } from './archive.ts';
import { networkSettings } from './authorities.ts';
import { boxHome, containerOptions, labels } from './container.ts';
import { asSandboxFailure, containerBox, removeContainer } from './containerBox.ts';
import { workspaceRoot } from './files.ts';
import { imageId, makeImage } from './image.ts';
import { boxRuntime } from './runtime.ts';
import { keepImage, snapshotImage } from './snapshots.ts';

export type DockerDriverDeps = {
  /** Name of the image that boxes start from. */
  image: string;
  docker?: Dockerode;
  progress?(line: string): void;
};

/** Boxes as containers without network, capabilities and root. */
export function createDockerDriver({ image, docker = new Dockerode(), ...told }: DockerDriverDeps): SandboxDriver {
  const containers = new Map<Box, Dockerode.Container>();
  const runtimeFor = boxRuntime(docker, image);

  async function unavailable(): Promise<string | undefined> {
    const answer = await docker.info().then(
      (info: { OSType?: string }) =>
        info.OSType === 'linux' ? undefined : 'the Docker daemon does not run Linux containers; switch it to them.',
      (error: unknown) => `no Docker daemon answers (${error instanceof Error ? error.message : String(error)}); start it.`,
    );
    if (answer !== undefined || (await imageId(docker, image))) return answer;
    return await makeImage(image, (line) => told.progress?.(line));
  }

  async function open(request: BoxRequest): Promise<Box> {
    request.signal.throwIfAborted();
    const id = randomUUID();
    const { runtime, notices } = await runtimeFor(request.network);
    const from = request.dependencies ? snapshotImage(request.dependencies.key) : image;
    const options = containerOptions(request, { id, image: from, runtime });
    const container = await docker.createContainer({ name: `mainstay-${id}`, ...options }).catch((error: unknown) => {
      throw asSandboxFailure(error);
    });
    try {
      await container.start();
      await container.putArchive(packWorkspace(request.workspace), { path: workspaceRoot });
      const settings = request.network ? await networkSettings(process.env, boxHome) : { files: {}, env: {} };
      if (Object.keys(settings.files).length > 0) await container.putArchive(packFiles(settings.files), { path: boxHome });
      request.signal.throwIfAborted();
      const env = { HOME: boxHome, CI: 'true', LANG: 'C.UTF-8', ...settings.env };
      const box = containerBox(request, { container, env, notices: [...notices, 'no limit on disk use in all, only per file'] });
      containers.set(box, container);
      return box;
    } catch (error) {
      await removeContainer(container);
      request.signal.throwIfAborted();
      throw asSandboxFailure(error);
    }
  }

  async function keepSnapshot(box: Box, key: string, paths: readonly string[]): Promise<void> {
    const container = containers.get(box);
    if (!container) throw failure('SandboxFailed', 'dependencies can be kept only from an open box of the same driver');
    await keepImage(docker, container, key, paths).catch((error: unknown) => {
      throw asSandboxFailure(error);
    });
  }

  async function reap(isAlive: (owner: string) => boolean): Promise<number> {
    const listed = await docker.listContainers({ all: true, filters: { label: [labels.box] } });
    const dead = listed.filter((container) => !isAlive(container.Labels[labels.owner] ?? ''));
    for (const container of dead) await removeContainer(docker.getContainer(container.Id));
    return dead.length;
  }

  return {
    kind: 'docker',
    unavailable,
    fingerprint: async () => (await imageId(docker, image)) ?? 'none',
    open,
    hasSnapshot: async (key) => (await imageId(docker, snapshotImage(key))) !== undefined,
    keepSnapshot,
    reap,
  };
}
