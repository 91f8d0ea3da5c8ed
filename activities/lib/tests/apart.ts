import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Where work is that may break the process it runs in: an exported pure function of a module. */
export type Apart = { module: URL; name: string };

/** Longest reading of sources, milliseconds: thousands of files are read in a few seconds. */
const longest = 60_000;

/**
 * Calls a pure function in a process of its own, since a parser that is given hostile source may end its process or never answer. Input and answer
 * are structured-cloned. `undefined` when it broke or took too long.
 */
export function callApart<Output>({ module, name }: Apart, input: unknown, signal?: AbortSignal): Promise<Output | undefined> {
  const child = fork(fileURLToPath(new URL('apartChild.ts', import.meta.url)), {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // It reads what strangers wrote: nothing of the worker's environment is its business.
    env: {},
    execArgv: ['--max-old-space-size=1024'],
    timeout: longest,
    killSignal: 'SIGKILL',
  });
  return new Promise((resolve, reject) => {
    const stop = () => {
      child.kill('SIGKILL');
      reject(signal?.reason instanceof Error ? signal.reason : new Error('cancelled'));
    };
    signal?.addEventListener('abort', stop, { once: true });
    child.once('message', (answer) => {
      resolve((answer as { output: Output }).output);
      child.kill();
    });
    child.once('error', () => resolve(undefined));
    child.once('exit', () => {
      signal?.removeEventListener('abort', stop);
      resolve(undefined);
    });
    child.send({ module: module.href, name, input }, (error) => {
      if (error) resolve(undefined);
    });
  });
}
