import { readFile } from 'node:fs/promises';
import Dockerode from 'dockerode';
import { execa } from 'execa';
import { pack } from 'tar-stream';
import { serviceSource } from './service.ts';

/** The machine's Docker daemon, when one answers. */
export async function dockerIfThere(): Promise<Dockerode | undefined> {
  const docker = new Dockerode();
  return await docker.ping().then(
    () => docker,
    () => undefined,
  );
}

const tag = 'mainstay-test-service';

/** An image that holds only this Node, its libraries and the test service; made of files of this machine, so that nothing is pulled. */
export async function makeServiceImage(docker: Dockerode, version: string): Promise<string> {
  const archive = pack();
  const { stdout } = await execa('/usr/bin/ldd', [process.execPath]);
  const libraries = [...stdout.matchAll(/(\/\S+\.so\S*)/g)].map(([path]) => path);
  for (const path of libraries) archive.entry({ name: path.slice(1), mode: 0o755 }, await readFile(path));
  archive.entry({ name: 'bin/node', mode: 0o755 }, await readFile(process.execPath));
  archive.entry({ name: 'app/server.js' }, serviceSource);
  archive.finalize();
  const changes = ['CMD ["/bin/node", "/app/server.js"]', `ENV VERSION=${version}`, 'USER 1000'];
  const stream = await docker.importImage(archive as unknown as NodeJS.ReadableStream, { repo: tag, tag: version, changes });
  stream.resume();
  await new Promise((done) => stream.once('end', done));
  return `${tag}:${version}`;
}

/** An image that differs from another only by its version. */
export async function deriveImage(docker: Dockerode, from: string, version: string): Promise<string> {
  const archive = pack();
  archive.entry({ name: 'Dockerfile' }, `FROM ${from}\nENV VERSION=${version}\n`);
  archive.finalize();
  const stream = await docker.buildImage(archive as unknown as NodeJS.ReadableStream, { t: `${tag}:${version}` });
  await new Promise((done, fail) => docker.modem.followProgress(stream, (error: Error | null) => (error ? fail(error) : done(undefined))));
  return `${tag}:${version}`;
}
