import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { joinOrStartEngine } from '../engine/engine.ts';
import type { Profile } from '../engine/profiles.ts';
import { benchBundle, flowsPerSecond, startBareWorker, type BareWorker } from './bareWorker.ts';
import { atLeast, type BenchReport } from './report.ts';
import { median, withSpread } from './statistics.ts';
import { startStockServer } from './stockServer.ts';

const kinds = ['stock', 'durable', 'fast'] as const;
type Kind = (typeof kinds)[number];
type Contender = { address: string; worker: BareWorker; stop(): Promise<void>; latencies: number[]; rates: number[] };

const steps = 6;
const rounds = 5;

/** Six sequential no-op activities: a stock dev server against the embedded engine's profiles, rounds interleaved. */
export async function benchEngine(report: BenchReport): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mainstay-bench-'));
  const contenders = new Map<Kind, Contender>();
  try {
    const bundle = await benchBundle();
    for (const kind of kinds) {
      const server = kind === 'stock' ? await startStockServer(join(folder, kind)) : await startEmbedded(join(folder, kind), kind);
      contenders.set(kind, { ...server, worker: await startBareWorker(server.address, bundle), latencies: [], rates: [] });
    }
    for (const { worker } of contenders.values()) await flowsPerSecond(worker, { steps, count: 20, inFlight: 20 });
    for (let round = 0; round < rounds; round++) {
      for (const contender of contenders.values()) await measure(contender);
    }
    tell(contenders, report);
  } finally {
    for (const contender of contenders.values()) {
      await contender.worker.stop();
      await contender.stop();
    }
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure({ worker, latencies, rates }: Contender): Promise<void> {
  const round: number[] = [];
  for (let flow = 0; flow < 8; flow++) round.push(await worker.runFlow(steps));
  latencies.push(median(round));
  rates.push(await flowsPerSecond(worker, { steps, count: 60, inFlight: 20 }));
}

function tell(contenders: Map<Kind, Contender>, report: BenchReport): void {
  const stock = contenders.get('stock');
  if (!stock) return;
  for (const [kind, { latencies, rates }] of contenders) {
    report.note(`${kind}: p50 of one flow ${withSpread(latencies, 'ms')}, 20 in flight ${withSpread(rates, 'flows/s')}`);
    report.item({ name: `engine/${kind}/latency`, value: median(latencies), unit: 'ms' });
    report.item({ name: `engine/${kind}/throughput`, value: median(rates), unit: 'flows/s' });
    if (kind === 'stock') continue;
    // Ratios of one round each: what else the machine did in that round slowed both.
    const faster = latencies.map((own, round) => (stock.latencies[round] ?? NaN) / own);
    const more = rates.map((own, round) => own / (stock.rates[round] ?? NaN));
    report.note(`${kind} against stock: ${withSpread(faster, '×')} faster, ${withSpread(more, '×')} more flows`);
    report.item(atLeast(`engine/${kind}/latency against stock`, median(faster), 5));
    report.item(atLeast(`engine/${kind}/throughput against stock`, median(more), 1.5));
  }
}

async function startEmbedded(home: string, profile: Profile): Promise<{ address: string; stop(): Promise<void> }> {
  // Nothing of the person's own Temporal configuration: the bench measures servers of its own.
  const env = { HOME: home, PATH: process.env['PATH'] };
  return joinOrStartEngine({ home, profile, env, progress: () => undefined, temporalCli: process.env['MAINSTAY_TEMPORAL_CLI'] });
}
