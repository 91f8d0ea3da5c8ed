import type Dockerode from 'dockerode';
import { failure } from '../../schemas/failures.ts';
import { containerName, containerOptions, labels } from './container.ts';
import { isStatus, resolveImage, wantedImage } from './image.ts';
import type { ReleaseRecord } from './record.ts';
import type { Target } from './target.ts';

/** Releases as containers of the Docker daemon, each found again by its label. */
export function createDockerTarget(docker: Dockerode): Target {
  return {
    manner: 'beside',

    async prepare(job) {
      const wanted = wantedImage(job);
      if (!wanted) {
        const where = `Stage ${job.task.stage.id}`;
        throw failure('InvalidConfiguration', `${where}: no image to run; set with.image, or let it need a build stage that makes one`);
      }
      const image = await resolveImage(docker, wanted);
      return { digest: image, image };
    },

    async start(record) {
      const found = await find(docker, record);
      const container = found ? docker.getContainer(found.Id) : await create(docker, record);
      if (!found?.State.Running) await startContainer(container, record);
      return markOf(await container.inspect()) ?? 'ended';
    },

    async stop(record) {
      const found = await find(docker, record);
      if (!found) return;
      try {
        await docker.getContainer(found.Id).stop({ t: 8 });
      } catch (error) {
        // 304: it is stopped; 404: somebody removed it.
        if (!isStatus(error, 304, 404)) throw error;
      }
    },

    async instance(record) {
      const found = await find(docker, record);
      return found && markOf(found);
    },

    async complaint(record) {
      const found = await find(docker, record);
      return found?.State.Health?.Status === 'unhealthy' ? 'its own health check says unhealthy' : undefined;
    },

    async lastLines(record) {
      const found = await find(docker, record);
      if (!found) return '';
      const log = await docker.getContainer(found.Id).logs({ stdout: true, stderr: true, tail: 20 });
      return `${plainLog(log)}${found.State.Running ? '' : `\n(exit code ${found.State.ExitCode})`}`.trim();
    },

    async ask(record, command) {
      const container = docker.getContainer(containerName(record));
      const exec = await container.exec({ Cmd: ['sh', '-c', command], AttachStdout: true, AttachStderr: true });
      const stream = await exec.start({});
      stream.resume();
      await new Promise((done) => stream.once('close', done).once('end', done));
      return (await exec.inspect()).ExitCode ?? 127;
    },

    async discard(record) {
      const found = await find(docker, record);
      if (!found) return;
      try {
        await docker.getContainer(found.Id).remove({ force: true, v: true });
      } catch (error) {
        if (!isStatus(error, 404, 409)) throw error;
      }
    },
  };
}

async function find(docker: Dockerode, record: ReleaseRecord): Promise<Dockerode.ContainerInspectInfo | undefined> {
  const filters = { label: [`${labels.release}=${record.key}`] };
  const [entry] = await docker.listContainers({ all: true, filters });
  if (!entry) return undefined;
  try {
    return await docker.getContainer(entry.Id).inspect();
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

async function create(docker: Dockerode, record: ReleaseRecord): Promise<Dockerode.Container> {
  try {
    return await docker.createContainer(containerOptions(record));
  } catch (error) {
    // Another attempt was quicker; the label says whether the name is ours.
    const found = isStatus(error, 409) ? await find(docker, record) : undefined;
    if (found) return docker.getContainer(found.Id);
    throw failure('DeployFailed', `The container for ${record.key} could not be made: ${String(error)}`, {}, error);
  }
}

async function startContainer(container: Dockerode.Container, record: ReleaseRecord): Promise<void> {
  try {
    await container.start();
  } catch (error) {
    if (isStatus(error, 304)) return;
    throw failure('DeployFailed', `The container for ${record.key} could not be started: ${String(error)}`, {}, error);
  }
}

function markOf({ Id, State, RestartCount }: Dockerode.ContainerInspectInfo): string | undefined {
  return State.Running && !State.Restarting ? `${Id.slice(0, 12)}@${State.StartedAt}#${RestartCount}` : undefined;
}

// Without a terminal the daemon frames each piece: 1 byte stream, 3 unused, 4 bytes length.
// https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
function plainLog(log: Buffer): string {
  const pieces: string[] = [];
  for (let at = 0; at + 8 <= log.length;) {
    const length = log.readUInt32BE(at + 4);
    pieces.push(log.toString('utf8', at + 8, at + 8 + length));
    at += 8 + length;
  }
  return pieces.join('').trimEnd();
}
