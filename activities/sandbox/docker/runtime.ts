import type Dockerode from 'dockerode';

type Gvisor = { state: 'absent' | 'broken' | 'works'; network: boolean };
type Runtimes = { Runtimes?: Record<string, { runtimeArgs?: string[] }> };

/** The runtime of a box, undefined for the daemon's own, and what a person should know about it. */
export type BoxRuntime = { runtime?: 'runsc'; notices: string[] };

/** Answers gVisor's `runsc` when the daemon has it and the image's programs work in it, for boxes with or without network. Asked once. */
export function boxRuntime(docker: Dockerode, image: string): (network: boolean) => Promise<BoxRuntime> {
  let answer: Promise<Gvisor> | undefined;

  async function ask(): Promise<Gvisor> {
    const info: Runtimes = await docker.info();
    const runtime = info.Runtimes?.runsc;
    if (!runtime) return { state: 'absent', network: false };
    return { state: (await works(docker, image)) ? 'works' : 'broken', network: !(runtime.runtimeArgs ?? []).includes('--network=none') };
  }

  return async (network) => {
    answer ??= ask();
    const { state, network: reaches } = await answer;
    if (state === 'works' && (reaches || !network)) return { runtime: 'runsc', notices: ['gVisor'] };
    return { notices: state === 'broken' ? ['gVisor is installed, but the sandbox image does not work in it'] : [] };
  };
}

// Old versions start containers, and then answer every status of a file with an error.
const probe = ['sh', '-c', 'ls -l / && realpath -e /usr && node --version'];

async function works(docker: Dockerode, image: string): Promise<boolean> {
  const container = await docker
    .createContainer({ Image: image, Entrypoint: probe, HostConfig: { Runtime: 'runsc', NetworkMode: 'none' } })
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
