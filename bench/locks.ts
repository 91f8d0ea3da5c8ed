import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection, WithStartWorkflowOperation } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createController } from '../activities/control/controller.ts';
import { resourceLockId, taskQueues } from '../schemas/names.ts';
import { workflowBundle } from '../workers/bundle.ts';
import { workerDefaults } from '../workers/defaults.ts';
import { benchBundle } from './bareWorker.ts';
import { startEmbedded } from './embedded.ts';
import { atMost, type BenchReport } from './report.ts';
import { inRounds } from './rounds.ts';
import { median, percentile, withSpread } from './statistics.ts';
import { tidily } from './tidily.ts';

const bareQueue = 'bench-bare-entity';
const perRound = 100;

/** From asking for a free lock to holding it, against a bare update of an entity that keeps nothing, both by update-with-start, on one server. */
export async function benchLocks(report: BenchReport, signal: AbortSignal): Promise<void> {
  await tidily(async (atEnd) => {
    const home = await mkdtemp(join(tmpdir(), 'mainstay-bench-'));
    atEnd(() => rm(home, { recursive: true, force: true }));
    const engine = await startEmbedded(home, 'durable');
    atEnd(() => engine.stop());
    const native = await NativeConnection.connect({ address: engine.address });
    atEnd(() => native.close());
    const connection = await Connection.connect({ address: engine.address });
    atEnd(() => connection.close());
    const client = new Client({ connection });
    const shared = { ...workerDefaults, connection: native };
    const workers = [
      await Worker.create({ ...shared, taskQueue: bareQueue, workflowBundle: await benchBundle() }),
      await Worker.create({
        ...shared,
        taskQueue: taskQueues.orchestration,
        workflowBundle: await workflowBundle({ cache: join(home, 'cache') }),
      }),
    ];
    const running = workers.map((worker) => worker.run());
    atEnd(async () => {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
    });

    const asks = { bare: bareUpdate(client), lock: uncontended(client) };
    for (let warm = 0; warm < 20; warm++) for (const ask of Object.values(asks)) await ask();
    const seen = { bare: [] as number[][], lock: [] as number[][] };
    await inRounds({ most: 5, withinMs: 60_000, signal }, async () => {
      const round = { bare: [] as number[], lock: [] as number[] };
      for (let sample = 0; sample < perRound; sample++) {
        signal.throwIfAborted();
        round.bare.push(await asks.bare());
        round.lock.push(await asks.lock());
      }
      seen.bare.push(round.bare);
      seen.lock.push(round.lock);
    });
    tell(seen, report);
  });
}

/** Milliseconds of one update of an entity that does nothing but answer. */
function bareUpdate(client: Client): () => Promise<number> {
  return async () => {
    const startWorkflowOperation = new WithStartWorkflowOperation('bareEntity', {
      workflowId: 'bare-entity',
      taskQueue: bareQueue,
      workflowIdConflictPolicy: 'USE_EXISTING',
      args: [],
    });
    const began = performance.now();
    await client.workflow.executeUpdateWithStart<() => Promise<unknown>, number, []>('touch', { startWorkflowOperation });
    return performance.now() - began;
  };
}

/** Milliseconds from asking to the grant. The lock is given back afterwards. */
function uncontended(client: Client): () => Promise<number> {
  const controller = createController({ client });
  const resource = 'env:bench';
  let asked = 0;
  return async () => {
    const id = `bench-${asked++}`;
    const began = performance.now();
    const answer = await controller.askForLock({ id, resource, holder: { kind: 'client', name: 'bench' } });
    const took = performance.now() - began;
    if (answer.state !== 'granted') throw new TypeError(`the lock was ${answer.state}`);
    await client.workflow.getHandle(resourceLockId(resource)).executeUpdate('releaseLockNow', { args: [{ id }] });
    return took;
  };
}

function tell({ bare, lock }: { bare: number[][]; lock: number[][] }, report: BenchReport): void {
  report.note(`p50: bare update ${withSpread(bare.map(median), 'ms')}, grant ${withSpread(lock.map(median), 'ms')}`);
  // Ratios of one round each: what else the machine did in that round slowed both.
  const ratios = lock.map((round, index) => median(round) / median(bare[index] ?? []));
  report.item(atMost('locks/p50 from asking to the grant against a bare update', median(ratios), 3));
  report.item(atMost('locks/p99 from asking to the grant', percentile(lock.flat(), 99), 100, 'ms'));
}
