import { posix } from 'node:path';
import type Dockerode from 'dockerode';
import picomatch from 'picomatch';
import { failure } from '../../../schemas/failures.ts';
import type { Box } from '../box.ts';
import { inWorkspace } from '../host/files.ts';
import { packFiles, unpackExpected } from './archive.ts';
import { capture, stream } from './execute.ts';

/** Where every container has the workspace. */
export const workspaceRoot = '/workspace';

const defaultBytes = 32 * 2 ** 20;
const defaultCopyBytes = 2 ** 30;
const listBytes = 64 * 2 ** 20;
// Linux takes 2 MiB of arguments, 128 KiB each; this leaves room.
const argumentBytes = 512 * 2 ** 10;

const readScript = `path=$(realpath -e -- "$1") || exit 44
case $path in ${workspaceRoot}/*) ;; *) exit 44 ;; esac
[ -f "$path" ] && [ "$(stat -c %s -- "$path")" -le "$2" ] || exit 44
exec cat -- "$path"`;

const findScript = `cd ${workspaceRoot} && exec find . \\( -name node_modules -o -name .venv \\) -prune -o -type f -printf '%P\\0'`;

/** The file functions of a box that is a container. `running` answers the container, started again if it had to be killed. */
export function containerFiles(running: () => Promise<Dockerode.Container>): Pick<Box, 'readText' | 'find' | 'writeText' | 'copyOut'> {
  async function readText(path: string, maxBytes = defaultBytes): Promise<string | undefined> {
    const wanted = posix.join(workspaceRoot, inWorkspace(path));
    const found = await capture(await running(), ['sh', '-c', readScript, 'sh', wanted, String(maxBytes)], maxBytes);
    return found?.toString('utf8');
  }

  async function find(globs: readonly string[]): Promise<string[]> {
    const matches = picomatch([...globs], { dot: true });
    const listed = await capture(await running(), ['sh', '-c', findScript], listBytes);
    if (!listed) throw failure('ResultTooLarge', `the list of the files in the sandbox's workspace is above ${listBytes} bytes`);
    const paths = listed.toString('utf8').split('\0');
    return paths.filter((path) => path !== '' && matches(path)).sort();
  }

  async function writeText(path: string, text: string): Promise<void> {
    const container = await running();
    await container.putArchive(packFiles({ [inWorkspace(path)]: text }), { path: workspaceRoot });
  }

  async function copyOut(paths: readonly string[], to: string, maxBytes = defaultCopyBytes): Promise<void> {
    const container = await running();
    const wanted = [...new Set(paths.map(inWorkspace))];
    let left = maxBytes;
    for (const part of portions(wanted)) {
      await refuseLinks(container, part);
      const archive = await stream(container, [
        'tar',
        '-C',
        workspaceRoot,
        '--no-recursion',
        '--hard-dereference',
        '-cf',
        '-',
        '--',
        ...part,
      ]);
      const done = await unpackExpected(archive, new Set(part), to, left);
      left -= done.bytes;
      const missing = part.find((path) => !done.names.has(path));
      if (missing !== undefined) throw failure('PathOutsideRepository', `${missing}: not a regular file inside the workspace`);
    }
  }

  return { readText, find, writeText, copyOut };
}

async function refuseLinks(container: Dockerode.Container, paths: readonly string[]): Promise<void> {
  const absolute = paths.map((path) => posix.join(workspaceRoot, path));
  const resolved = await capture(container, ['realpath', '-z', '-m', '--', ...absolute], listBytes);
  const real = resolved?.toString('utf8').split('\0') ?? [];
  const astray = absolute.findIndex((path, index) => real[index] !== path);
  if (astray >= 0) throw failure('PathOutsideRepository', `${paths[astray]}: not a regular file inside the workspace`);
}

function portions(paths: readonly string[]): string[][] {
  const parts: string[][] = [];
  let room = 0;
  for (const path of paths) {
    room -= path.length * 4 + workspaceRoot.length;
    if (room < 0 || parts.length === 0) {
      parts.push([]);
      room = argumentBytes;
    }
    parts.at(-1)?.push(path);
  }
  return parts;
}
