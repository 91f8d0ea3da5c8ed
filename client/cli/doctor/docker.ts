import type Docker from 'dockerode';
import type { Part } from './part.ts';

/** The Docker daemon, the image in which stages run, and gVisor's runtime. */
export async function lookAtDocker(docker: Docker, image: string): Promise<Part[]> {
  const info = await docker.info().then(
    (answer) => answer as { ServerVersion?: string; Runtimes?: Record<string, unknown> },
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const daemon = typeof info === 'string' ? undefined : info;
  const tag =
    daemon &&
    (await docker
      .getImage(image)
      .inspect()
      .then(
        (found) => found.Id,
        () => undefined,
      ));
  return [
    {
      name: 'Docker daemon',
      group: 'isolation',
      essential: false,
      found: daemon !== undefined,
      detail: daemon?.ServerVersion ?? (typeof info === 'string' ? info : undefined),
      costs: 'stages run in bubblewrap, or as plain processes where you trust the code; no images, no container deploys',
      fix: 'install and start Docker, or let your user reach its socket',
    },
    {
      name: `sandbox image ${image}`,
      group: 'isolation',
      essential: false,
      found: tag !== undefined,
      detail: tag?.slice(0, 19),
      costs: 'the first run in Docker makes it and takes longer',
      fix: 'it is made at first use; MAINSTAY_SANDBOX_IMAGE names another',
    },
    {
      name: 'gVisor (runsc)',
      group: 'isolation',
      essential: false,
      found: daemon?.Runtimes?.runsc !== undefined,
      costs: 'containers share the kernel of this machine',
      fix: 'install runsc and add it to the runtimes of the Docker daemon',
    },
  ];
}
