import type Dockerode from 'dockerode';

type Runtimes = { Runtimes?: Record<string, { runtimeArgs?: string[] }> };

/** Answers `runsc` when the daemon has gVisor's runtime and a container starts in it, for boxes with or without network. Asked once. */
export function gvisorRuntime(docker: Dockerode, image: string): (network: boolean) => Promise<string | undefined> {
  let answer: Promise<{ works: boolean; network: boolean }> | undefined;

  async function ask(): Promise<{ works: boolean; network: boolean }> {
    const info: Runtimes = await docker.info();
    const runtime = info.Runtimes?.runsc;
    if (!runtime) return { works: false, network: false };
    return { works: await starts(docker, image), network: !(runtime.runtimeArgs ?? []).includes('--network=none') };
  }

  return async (network) => {
    answer ??= ask();
    const { works, network: reaches } = await answer;
    return works && (reaches || !network) ? 'runsc' : undefined;
  };
}

async function starts(docker: Dockerode, image: string): Promise<boolean> {
  const container = await docker
    .createContainer({ Image: image, Entrypoint: ['true'], HostConfig: { Runtime: 'runsc', NetworkMode: 'none' } })
    .catch(() => undefined);
  if (!container) return false;
  try {
    await container.start();
    return (await container.wait()).StatusCode === 0;
  } catch {
    return false;
  } finally {
    await container.remove({ force: true }).catch(() => undefined);
  }
}
