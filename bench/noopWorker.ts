import { setTimeout as wait } from 'node:timers/promises';
import { getEachMessage, sendMessage } from 'execa';
import { installRuntime } from '../workers/startWorkers.ts';
import { createCollector } from './garbage.ts';
import { startNoopWorkers } from './noopPipeline.ts';

/** `node bench/noopWorker.ts ADDRESS CACHE`: the no-op pipeline's workers in a process of their own. Answers `memory` with its bytes. */
async function main([address = '', cache = '']: string[]): Promise<void> {
  // The parent decides when it ends; Ctrl-C reaches both.
  process.on('SIGINT', () => undefined);
  installRuntime();
  const workers = await startNoopWorkers({ address, cache });
  const { collect } = createCollector();
  await sendMessage('ready');
  for await (const message of getEachMessage()) {
    if (message === 'stop') break;
    await sendMessage(await memoryBytes(collect));
  }
  await workers.stop();
}

/** Resident memory after a collection, the least of some looks: pages that are free go back to the system a little later. */
async function memoryBytes(collect: () => Promise<void>): Promise<number> {
  const looks: number[] = [];
  for (let look = 0; look < 5; look++) {
    await wait(300);
    await collect();
    looks.push(process.memoryUsage.rss());
  }
  return Math.min(...looks);
}

await main(process.argv.slice(2));
