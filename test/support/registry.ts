import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import getPort from 'get-port';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './gitRepository.ts';

/** The program of a container registry: `MAINSTAY_REGISTRY_BIN`, or `registry` on PATH; undefined when there is none. */
export async function registryProgram(): Promise<string | undefined> {
  const program = process.env.MAINSTAY_REGISTRY_BIN ?? 'registry';
  const { exitCode, stdout } = await execa(program, ['--version'], { reject: false });
  return exitCode === 0 && stdout.includes('distribution') ? program : undefined;
}

/** A registry on a port of this machine, ended with the test; answers `host:port`. */
export async function startRegistry(program: string): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'data'));
  const host = `localhost:${await getPort()}`;
  const config = { version: 0.1, storage: { filesystem: { rootdirectory: join(folder, 'data') } }, http: { addr: host } };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  const server = execa(program, ['serve', join(folder, 'config.json')], { reject: false });
  onTestFinished(async () => {
    server.kill();
    await server;
  });
  for (;;) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => undefined);
    if (answer?.ok) return host;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
