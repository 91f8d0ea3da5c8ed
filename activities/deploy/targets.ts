import type Dockerode from 'dockerode';
import { failure } from '../../schemas/failures.ts';
import type { Workspaces } from '../lib/workspaces.ts';
import { createCommandTarget } from './commandTarget.ts';
import { createDockerTarget } from './dockerTarget.ts';
import { createProcessTarget } from './processTarget.ts';
import type { Target, Targets } from './target.ts';

/** All places where this worker can run releases. */
export function createTargets({
  home,
  workspaces = { checkOut: () => Promise.reject(failure('NotOffered', 'no release is made here')) },
  docker,
}: {
  home: string;
  /** Needed only to make new releases. */
  workspaces?: Pick<Workspaces, 'checkOut'>;
  docker?: Dockerode;
}): Targets {
  return {
    docker: docker ? createDockerTarget(docker) : noDocker(),
    process: createProcessTarget({ home, workspaces }),
    command: createCommandTarget({ home, workspaces }),
  };
}

function noDocker(): Target {
  const refuse = () =>
    Promise.reject(failure('ToolMissing', 'This worker has no Docker: start a Docker daemon, or deploy with target process'));
  return { prepare: refuse, start: refuse, stop: refuse, instance: refuse, lastLines: refuse, ask: refuse, discard: refuse };
}
