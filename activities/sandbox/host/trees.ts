import { rm } from 'node:fs/promises';
import { execa } from 'execa';
import { failure } from '../../../schemas/failures.ts';

/** Copies the content of one folder into another; by reference where the file system can. */
export async function copyTree(from: string, to: string, signal?: AbortSignal): Promise<void> {
  // `-P`-like archive mode keeps links as links; `--reflink` is GNU's, the plain form serves elsewhere.
  const flags = process.platform === 'linux' ? ['-a', '--reflink=auto'] : ['-a'];
  const copied = await execa('cp', [...flags, `${from}/.`, to], { reject: false, cancelSignal: signal });
  signal?.throwIfAborted();
  if (copied.failed) throw failure('SandboxFailed', `copying ${from} into the sandbox failed: ${copied.stderr || copied.message}`);
}

/** Removes a folder even when a command took away the rights to its parts. */
export async function removeTree(path: string): Promise<void> {
  const options = { recursive: true, force: true, maxRetries: 3 } as const;
  await rm(path, options).catch(async () => {
    await execa('chmod', ['-R', 'u+rwX', path], { reject: false });
    await rm(path, options);
  });
}
