import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchBundle, flowsPerSecond, startBareWorker, type BareWorker } from './bareWorker.ts';
import { startEmbedded } from './embedded.ts';
import { atLeast, type BenchReport } from './report.ts';
import { inRounds } from './rounds.ts';
import { median, withSpread } from './statistics.ts';
import { startStockServer } from './stockServer.ts';
import { tidily } from './tidily.ts';

const kinds = ['stock', 'durable', 'fast'] as const;
type Kind = (typeof kinds)[number];
type Contender = { worker: BareWorker; latencies: number[]; rates: number[] };

const steps = 6;

/** Six sequential no-op activities: a stock dev server against the embedded engine's profiles, rounds interleaved. */
export async function benchEngine(report: BenchReport, signal: AbortSignal): Promise<void> {
  await tidily(async (atEnd) => {
    const folder = await mkdtemp(join(tmpdir(), 'mainstay-bench-'));
    atEnd(() => rm(folder, { recursive: true, force: true }));
    const bundle = await benchBundle();
    const contenders = new Map<Kind, Contender>();
    for (const kind of kinds) {
      const server = await (kind === 'stock' ? startStockServer(join(folder, kind)) : startEmbedded(join(folder, kind), kind));
      atEnd(() => server.stop());
      const worker = await startBareWorker(server.address, bundle);
      atEnd(() => worker.stop());
      contenders.set(kind, { worker, latencies: [], rates: [] });
    }
    for (const { worker } of contenders.values()) await flowsPerSecond(worker, { steps, count: 20, inFlight: 20, signal });
    await inRounds({ most: 5, withinMs: 60_000, signal }, async () => {
      for (const contender of contenders.values()) await measure(contender, signal);
    });
    tell(contenders, report);
  });
}

async function measure({ worker, latencies, rates }: Contender, signal: AbortSignal): Promise<void> {
  const round: number[] = [];
  for (let flow = 0; flow < 8; flow++) {
    signal.throwIfAborted();
    round.push(await worker.runFlow(steps));
  }
  latencies.push(median(round));
  rates.push(await flowsPerSecond(worker, { steps, count: 60, inFlight: 20, signal }));
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
