import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BareWorker, benchBundle, flowsPerSecond, startBareWorker } from './bareWorker.ts';
import { startEmbedded } from './embedded.ts';
import { startNoopPipeline } from './noopPipeline.ts';
import { atLeast, atMost, type BenchReport } from './report.ts';
import { inRounds } from './rounds.ts';
import { median, withSpread } from './statistics.ts';
import { tidily } from './tidily.ts';

const short = 6;
const long = 18;

type Figures = { flow: number; step: number; rate: number };
type Contender = { worker: BareWorker; seen: Figures[] };

/** Our own cost: `runPipeline` with stages that do nothing against a bare workflow with as many activities, on one server. */
export async function benchOverhead(report: BenchReport, signal: AbortSignal): Promise<void> {
  await tidily(async (atEnd) => {
    const home = await mkdtemp(join(tmpdir(), 'mainstay-bench-'));
    atEnd(() => rm(home, { recursive: true, force: true }));
    const engine = await startEmbedded(home, 'durable');
    atEnd(() => engine.stop());
    const bare: Contender = { worker: await startBareWorker(engine.address, await benchBundle()), seen: [] };
    atEnd(() => bare.worker.stop());
    const ours: Contender = { worker: await startNoopPipeline({ address: engine.address, cache: join(home, 'cache') }), seen: [] };
    atEnd(() => ours.worker.stop());

    for (const { worker } of [bare, ours]) await flowsPerSecond(worker, { steps: short, count: 30, inFlight: 10, signal });
    await inRounds({ most: 7, withinMs: 60_000, signal }, () => measure([bare, ours], signal));
    tell({ bare: bare.seen, ours: ours.seen }, report);
  });
}

async function measure(contenders: readonly Contender[], signal: AbortSignal): Promise<void> {
  const flows = contenders.map((contender) => ({ contender, short: [] as number[], long: [] as number[] }));
  for (let sample = 0; sample < 5; sample++) {
    for (const flow of flows) {
      signal.throwIfAborted();
      flow.short.push(await flow.contender.worker.runFlow(short));
      flow.long.push(await flow.contender.worker.runFlow(long));
    }
  }
  for (const { contender, ...taken } of flows) {
    const flow = median(taken.short);
    const rate = await flowsPerSecond(contender.worker, { steps: short, count: 100, inFlight: 50, signal });
    contender.seen.push({ flow, step: (median(taken.long) - flow) / (long - short), rate });
  }
}

function tell(seen: { bare: Figures[]; ours: Figures[] }, report: BenchReport): void {
  for (const [name, figures] of Object.entries(seen)) {
    const of = (key: keyof Figures, unit: string) =>
      withSpread(
        figures.map((figure) => figure[key]),
        unit,
      );
    report.note(`${name}: flow of ${short} ${of('flow', 'ms')}, a further step ${of('step', 'ms')}, 50 in flight ${of('rate', 'flows/s')}`);
  }
  // Ratios of one round each: what else the machine did in that round slowed both.
  const ratio = (key: keyof Figures) => seen.ours.map((own, round) => own[key] / (seen.bare[round]?.[key] ?? NaN));
  const [flow, step, rate] = [ratio('flow'), ratio('step'), ratio('rate')];
  report.note(`ours against bare: flow ${withSpread(flow, '×')}, step ${withSpread(step, '×')}, rate ${withSpread(rate, '×')}`);
  report.item(atMost('overhead/whole flow against bare', median(flow), 1.5));
  report.item(atMost('overhead/added stage against added activity', median(step), 1.2));
  report.item(atLeast('overhead/flows per second at 50 in flight against bare', median(rate), 0.7));
}
