import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaNode } from 'execa';
import { failure } from '../schemas/failures.ts';
import { workflowBundle } from '../workers/bundle.ts';
import { flowsPerSecond } from './bareWorker.ts';
import { startEmbedded } from './embedded.ts';
import { noopStarter } from './noopPipeline.ts';
import { atMost, type BenchReport } from './report.ts';
import { short } from './statistics.ts';
import { tidily } from './tidily.ts';

const stages = 6;
const inFlight = 25;
/** Runs after which memory is looked at. */
const looks = [50, 200, 350, 500] as const;

/** Memory of a worker process after 500 runs of the no-op pipeline against after 50. */
export async function benchMemory(report: BenchReport, signal: AbortSignal): Promise<void> {
  await tidily(async (atEnd) => {
    const home = await mkdtemp(join(tmpdir(), 'mainstay-bench-'));
    atEnd(() => rm(home, { recursive: true, force: true }));
    const engine = await startEmbedded(home, 'durable');
    atEnd(() => engine.stop());
    const cache = join(home, 'cache');
    // Made here, so that what bundling leaves behind does not hide growth in the worker.
    await workflowBundle({ cache });
    const worker = await startWorkerProcess(engine.address, cache);
    atEnd(() => worker.stop());
    const starter = await noopStarter({ address: engine.address });
    atEnd(() => starter.close());

    const seen: number[] = [];
    let done = 0;
    for (const runs of looks) {
      await flowsPerSecond(starter, { steps: stages, count: runs - done, inFlight, signal });
      done = runs;
      seen.push(await worker.memoryBytes());
      report.note(`after ${runs} runs: ${short((seen.at(-1) ?? NaN) / 2 ** 20)} MiB`);
    }
    report.item(atMost('memory/worker after 500 runs against after 50', (seen.at(-1) ?? NaN) / (seen[0] ?? NaN), 1.2));
  });
}

/** A process of its own, so that the memory of the client and of the bench is not counted. */
async function startWorkerProcess(address: string, cache: string) {
  const path = fileURLToPath(new URL('noopWorker.ts', import.meta.url));
  const child = execaNode(path, [address, cache], {
    ipc: true,
    stdin: 'ignore',
    stderr: 'inherit',
    reject: false,
  });
  await child.getOneMessage();
  return {
    async memoryBytes(): Promise<number> {
      const [answer] = await Promise.all([child.getOneMessage(), child.sendMessage('memory')]);
      if (typeof answer !== 'number') throw failure('RunFailed', 'the worker process did not tell its memory');
      return answer;
    },
    async stop() {
      await child.sendMessage('stop');
      await child;
    },
  };
}
