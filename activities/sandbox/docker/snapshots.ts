import { failure } from '../../../schemas/failures.ts';
import type Dockerode from 'dockerode';
import { inWorkspace } from '../host/files.ts';
import { labels } from './container.ts';
import { capture } from './execute.ts';
import { workspaceRoot } from './files.ts';
import { imageId } from './image.ts';

/** Name of the image that keeps the dependencies of a key. */
export function snapshotImage(key: string): string {
  if (!/^[a-z0-9][\w.-]{0,127}$/.test(key))
    throw failure('InvalidInput', `${JSON.stringify(key)} is no dependency key: lower case letters and digits`);
  return `mainstay-dependencies:${key}`;
}

// Renames inside the container's layer: nothing is copied. What is not kept goes, so that no file of one commit shows up at another.
const sortOut = `cd ${workspaceRoot} && rm -rf .mainstay-kept && mkdir .mainstay-kept || exit 1
for path in "$@"; do
  [ -e "$path" ] || [ -L "$path" ] || continue
  mkdir -p ".mainstay-kept/$(dirname -- "$path")" && mv -- "$path" ".mainstay-kept/$path" || exit 1
done
find . -mindepth 1 -maxdepth 1 ! -name .mainstay-kept -exec rm -rf -- {} + || exit 1
find .mainstay-kept -mindepth 1 -maxdepth 1 -exec mv -t . -- {} + && rmdir .mainstay-kept && echo done`;

/** Makes an image of the container whose workspace holds only these paths. The container's workspace loses all else. */
export async function keepImage(docker: Dockerode, container: Dockerode.Container, key: string, paths: readonly string[]): Promise<void> {
  const name = snapshotImage(key);
  if (await imageId(docker, name)) return;
  const sorted = await capture(container, ['sh', '-c', sortOut, 'sh', ...paths.map(inWorkspace)], 4096);
  if (sorted?.toString('utf8').trim() !== 'done')
    throw failure('SandboxFailed', 'the dependencies could not be sorted out of the workspace');
  const [repo, tag] = name.split(':');
  await container.commit({ repo, tag, changes: `LABEL ${labels.dependencies}=${key}`, pause: false });
}
