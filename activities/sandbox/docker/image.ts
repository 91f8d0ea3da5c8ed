import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type Dockerode from 'dockerode';
import { execa } from 'execa';
import { isStatus } from './containerBox.ts';

const builder = join(import.meta.dirname, '../../../ops/sandbox/build.mjs');
// A base system from a slow mirror; it prints its progress meanwhile.
const buildMs = 15 * 60_000;

/** The image's id (`sha256:…`); undefined when the daemon has none of that name. */
export async function imageId(docker: Dockerode, name: string): Promise<string | undefined> {
  return await docker
    .getImage(name)
    .inspect()
    .then(
      (image) => image.Id,
      (error: unknown) => {
        if (isStatus(error, 404)) return undefined;
        throw error;
      },
    );
}

/** Makes the sandbox image where it can be made here; undefined on success, else one sentence with the reason. */
export async function makeImage(name: string, progress: (line: string) => void): Promise<string | undefined> {
  if (!existsSync(builder)) return `image ${name} is missing.`;
  progress(`making the sandbox image ${name}; this happens once`);
  const build = execa(process.execPath, [builder, '--tag', name], { reject: false, all: true, timeout: buildMs });
  for await (const line of build.iterable({ from: 'all' })) progress(line);
  const result = await build;
  const reason = result.all.trim().split('\n').at(-1);
  return result.failed ? `image ${name} is missing and could not be made here (${reason}).` : undefined;
}
