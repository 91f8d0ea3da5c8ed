import { z } from 'zod';
import { failure } from '../../../schemas/failures.ts';
import type { Manifest } from './manifest.ts';

const Container = z.looseObject({ name: z.string(), image: z.string().optional() });
type Container = z.infer<typeof Container>;
const PodSpec = z.looseObject({ containers: z.array(Container).default([]), initContainers: z.array(Container).nullish() });

const podPaths: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  Pod: ['spec'],
};

export type ImageWish = {
  /** Image by container name; `built` stands for `built`. */
  images: Readonly<Record<string, string>> | undefined;
  /** Reference with digest of what the build stage pushed. */
  built: string | undefined;
};

/**
 * The manifests with the wished images in their containers. Without a wish a built image goes where an image of its name stands, or into the
 * only container that there is. `InvalidConfiguration` when a container is missing, or nothing says where the built image goes.
 */
export function withImages(manifests: readonly Manifest[], { images, built }: ImageWish): Manifest[] {
  if (images === undefined && built === undefined) return [...manifests];
  const all = manifests.flatMap((manifest) => containersOf(manifest));
  const wished = images === undefined ? placesOf(all, built ?? '') : Object.entries(images);
  const byName = new Map(wished.map(([name, image]) => [name, image === 'built' ? pushed(built, name) : image]));
  const missing = [...byName.keys()].find((name) => !all.some((container) => container.name === name));
  if (missing !== undefined) {
    throw failure(
      'InvalidConfiguration',
      `with.images: no container is called ${missing}; there are ${all.map(({ name }) => name).join(', ') || 'none'}`,
    );
  }
  return manifests.map((manifest) =>
    withContainers(manifest, (container) => ({ ...container, image: byName.get(container.name) ?? container.image })),
  );
}

function placesOf(all: Container[], built: string): [string, string][] {
  const same = all.filter(({ image }) => image !== undefined && repositoryOf(image) === repositoryOf(built));
  const chosen = same.length === 0 && all.length === 1 ? all : same;
  if (chosen.length > 0) return chosen.map(({ name }) => [name, built]);
  const names = all.map(({ name }) => name).join(', ') || 'none';
  throw failure(
    'InvalidConfiguration',
    `with.images: nothing says which container gets the built image ${built}; write images: { <container>: built } (containers: ${names})`,
  );
}

function pushed(built: string | undefined, container: string): string {
  if (built !== undefined) return built;
  throw failure(
    'InvalidConfiguration',
    `with.images.${container}: no stage before built an image and pushed it; set with.push of the build stage and let the deploy need it`,
  );
}

/** Name of an image without tag and digest. */
export function repositoryOf(image: string): string {
  return image.replace(/@.*$/, '').replace(/:[^:/]+$/, '');
}

function containersOf(manifest: Manifest): Container[] {
  const found: Container[] = [];
  withContainers(manifest, (container) => {
    found.push(container);
    return container;
  });
  return found;
}

function withContainers(manifest: Manifest, change: (container: Container) => Container): Manifest {
  const path = podPaths[manifest.kind];
  return path === undefined ? manifest : (changedAt(manifest, path, change) as Manifest);
}

function changedAt(value: unknown, path: readonly string[], change: (container: Container) => Container): unknown {
  const [key, ...rest] = path;
  if (key !== undefined) {
    const inner = z.looseObject({}).safeParse(value).data;
    return inner === undefined || inner[key] === undefined ? value : { ...inner, [key]: changedAt(inner[key], rest, change) };
  }
  const spec = PodSpec.safeParse(value).data;
  if (spec === undefined) return value;
  const initContainers = spec.initContainers == null ? {} : { initContainers: spec.initContainers.map(change) };
  return { ...spec, containers: spec.containers.map(change), ...initContainers };
}
