import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { joinOrStartEngine } from '../engine/engine.ts';
import { type BareWorker, benchBundle, flowsPerSecond, startBareWorker } from './bareWorker.ts';
import { startNoopPipeline } from './noopPipeline.ts';
import { atLeast, atMost, type BenchReport } from './report.ts';
import { median, withSpread } from './statistics.ts';

const short = 6;
const long = 18;
const rounds = 7;

/** Our own cost: `runPipeline` with stages that do nothing against a bare workflow with as many activities, rounds interleaved. */
export async function benchOverhead(report: BenchReport): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'mainstay-bench-'));
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], MAINSTAY_TEMPORAL_CLI: process.env['MAINSTAY_TEMPORAL_CLI'] };
  const engine = await joinOrStartEngine({ home, profile: 'durable', env, progress: () => undefined });
  const bare = await startBareWorker(engine.address, await benchBundle());
  const ours = await startNoopPipeline(engine.address, join(home, 'cache'));
  try {
    for (const worker of [bare, ours]) await flowsPerSecond(worker, { steps: short, count: 50, inFlight: 25 });
    const seen = { bare: series(), ours: series() };
    for (let round = 0; round < rounds; round++) {
      await measure(bare, seen.bare);
      await measure(ours, seen.ours);
    }
    for (const [name, { flow, step, rate }] of Object.entries(seen)) {
      report.note(
        `${name}: flow of ${short} ${withSpread(flow, 'ms')}, a further step ${withSpread(step, 'ms')}, 50 in flight ${withSpread(rate, 'flows/s')}`,
      );
    }
    const ratio = (key: keyof Series) => median(seen.ours[key]) / median(seen.bare[key]);
    report.item(atMost('overhead/whole flow against bare', ratio('flow'), 1.5));
    report.item(atMost('overhead/added stage against added activity', ratio('step'), 1.2));
    report.item(atLeast('overhead/flows per second at 50 in flight against bare', ratio('rate'), 0.7));
  } finally {
    await bare.stop();
    await ours.stop();
    await engine.stop();
    await rm(home, { recursive: true, force: true });
  }
}

type Series = { flow: number[]; step: number[]; rate: number[] };

function series(): Series {
  return { flow: [], step: [], rate: [] };
}

async function measure(worker: BareWorker, { flow, step, rate }: Series): Promise<void> {
  const [ofShort, ofLong] = [[] as number[], [] as number[]];
  for (let i = 0; i < 8; i++) {
    ofShort.push(await worker.runFlow(short));
    ofLong.push(await worker.runFlow(long));
  }
  flow.push(median(ofShort));
  step.push((median(ofLong) - median(ofShort)) / (long - short));
  rate.push(await flowsPerSecond(worker, { steps: short, count: 150, inFlight: 50 }));
}
