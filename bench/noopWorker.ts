import { setTimeout as wait } from 'node:timers/promises';
import { getEachMessage, sendMessage } from 'execa';
import { installRuntime } from '../workers/startWorkers.ts';
import { startNoopWorkers } from './noopPipeline.ts';
import { median } from './statistics.ts';

/** `node --expose-gc bench/noopWorker.ts ADDRESS CACHE`: the no-op pipeline's workers in a process of their own. Answers `memory` with its bytes. */
async function main([address = '', cache = '']: string[]): Promise<void> {
  // The parent decides when it ends; Ctrl-C reaches both.
  process.on('SIGINT', () => undefined);
  installRuntime();
  const workers = await startNoopWorkers({ address, cache });
  await sendMessage('ready');
  for await (const message of getEachMessage()) {
    if (message === 'stop') break;
    await sendMessage(await memoryBytes());
  }
  await workers.stop();
}

/** Resident memory after a collection, the median of some looks: what runs last is still being let go of. */
async function memoryBytes(): Promise<number> {
  const looks: number[] = [];
  for (let look = 0; look < 3; look++) {
    await wait(300);
    globalThis.gc?.();
    looks.push(process.memoryUsage.rss());
  }
  return median(looks);
}

await main(process.argv.slice(2));
