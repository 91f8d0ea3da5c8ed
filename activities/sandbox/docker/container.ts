import type Dockerode from 'dockerode';
import type { BoxRequest } from '../box.ts';
import { workspaceRoot } from './files.ts';

/** Home folder of the box's user; a volume of the container, so that it never becomes part of a snapshot. */
export const boxHome = '/home/sandbox';

export const labels = { box: 'mainstay.box', owner: 'mainstay.owner', dependencies: 'mainstay.dependencies' } as const;

const mebibyte = 2 ** 20;
// The idle process has another user than the commands, so that `kill -1` of theirs cannot end the container.
const idleUser = '65534:65534';

/**
 * How a box's container is made. The root is read-only, except where the workspace lies in the container's own layer (the dependency
 * install, and what starts from its snapshot without a copy); there, too, everything outside the workspace belongs to root and nobody is root.
 */
export function containerOptions(
  request: BoxRequest,
  box: { id: string; image: string; runtime?: string },
): Dockerode.ContainerCreateOptions {
  const { limits, network } = request;
  const inLayer = network || request.dependencies !== undefined;
  const scratch = `rw,nosuid,nodev,exec,size=${Math.min(limits.memoryBytes / 2, 1024 * mebibyte)},mode=1777`;
  return {
    Image: box.image,
    Entrypoint: ['sleep'],
    Cmd: ['infinity'],
    User: idleUser,
    WorkingDir: workspaceRoot,
    Labels: { [labels.box]: box.id, [labels.owner]: request.owner },
    HostConfig: {
      Init: true,
      Runtime: box.runtime,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: !inLayer,
      Tmpfs: {
        '/tmp': scratch,
        '/var/tmp': `rw,nosuid,nodev,size=${64 * mebibyte},mode=1777`,
        '/run': `rw,nosuid,nodev,size=${mebibyte},mode=755`,
      },
      Mounts: [...(inLayer ? [] : [volume(workspaceRoot)]), volume(boxHome)],
      NetworkMode: network ? 'bridge' : 'none',
      PidsLimit: limits.processes,
      Memory: limits.memoryBytes,
      MemorySwap: limits.memoryBytes,
      NanoCpus: Math.round(limits.cpus * 1e9),
      Ulimits: [
        { Name: 'core', Soft: 0, Hard: 0 },
        { Name: 'nofile', Soft: 4096, Hard: 4096 },
        { Name: 'fsize', Soft: limits.diskBytes, Hard: limits.diskBytes },
      ],
      LogConfig: { Type: 'none', Config: {} },
    },
  };
}

function volume(target: string): Dockerode.MountSettings {
  return { Type: 'volume', Source: '', Target: target };
}
