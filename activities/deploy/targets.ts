import type Dockerode from 'dockerode';
import { failure } from '../../schemas/failures.ts';
import type { ClusterAccess } from '../lib/cluster/access.ts';
import type { Workspaces } from '../lib/workspaces.ts';
import { createCommandTarget } from './commandTarget.ts';
import { createDockerTarget } from './dockerTarget.ts';
import { createHelmTarget } from './helmTarget.ts';
import { createKubernetesTarget } from './kubernetesTarget.ts';
import { createProcessTarget } from './processTarget.ts';
import { absentTarget, type Targets } from './target.ts';

/** All places where this worker can run releases. */
export function createTargets({
  home,
  workspaces = { checkOut: () => Promise.reject(failure('NotOffered', 'no release is made here')) },
  docker,
  access = {},
}: {
  home: string;
  /** Needed only to make new releases. */
  workspaces?: Pick<Workspaces, 'checkOut'>;
  docker?: Dockerode;
  /** How clusters are reached; absent: as kubectl would without settings. */
  access?: ClusterAccess;
}): Targets {
  return {
    docker: docker ? createDockerTarget(docker) : absentTarget('beside', failure('ToolMissing', noDocker)),
    process: createProcessTarget({ home, workspaces }),
    command: createCommandTarget({ home, workspaces }),
    kubernetes: createKubernetesTarget({ home, workspaces, access }),
    helm: createHelmTarget({ home, workspaces, access }),
  };
}

const noDocker = 'This worker has no Docker: start a Docker daemon, or deploy with target process';
