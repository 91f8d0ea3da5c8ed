import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { failure } from '../schemas/failures.ts';
import { type Installation, openInstallation } from './installation.ts';
import { atMost, type BenchReport } from './report.ts';
import { inRounds } from './rounds.ts';
import { runScript } from './shellScript.ts';
import { median, withSpread } from './statistics.ts';
import { tidily } from './tidily.ts';
import { greeter, tally, type Workload } from './workloads.ts';

type Place = { installation: Installation; folder: string; signal: AbortSignal };

/** The pipeline against a shell script with the same commands side by side, on two projects; and a rerun in which nothing has changed. */
export async function benchWallClock(report: BenchReport, signal: AbortSignal): Promise<void> {
  await tidily(async (atEnd) => {
    const folder = await mkdtemp(join(tmpdir(), 'mainstay-bench-'));
    atEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
    const installation = await openInstallation(folder, atEnd);
    for (const make of [greeter, tally]) {
      const workload = await make(folder, signal);
      await compare(workload, { installation, folder: join(folder, 'scripts'), signal }, report);
    }
  });
}

async function compare(workload: Workload, { installation, folder, signal }: Place, report: BenchReport): Promise<void> {
  // The first run of each installs dependencies and fills caches.
  await installation.run(workload, { reuse: false, signal });
  await runScript(workload, folder, signal);
  // Copying files that are not on disk yet waits for the disk; dependencies are seldom that young.
  await execa('sync', { cancelSignal: signal });

  const seen = { script: [] as number[], pipeline: [] as number[], rerun: [] as number[] };
  await inRounds({ most: 5, withinMs: 45_000, signal }, async () => {
    seen.script.push(await runScript(workload, folder, signal));
    seen.pipeline.push((await installation.run(workload, { reuse: false, signal })).ms);
    const rerun = await installation.run(workload, { reuse: true, signal });
    if (!rerun.result.stages.every(({ result }) => result?.reusedFrom !== undefined)) {
      throw failure('RunFailed', `${workload.name}: the rerun did work again`);
    }
    seen.rerun.push(rerun.ms);
  });

  const { name } = workload;
  for (const [what, times] of Object.entries(seen)) report.note(`${name}: ${what} ${withSpread(times, 'ms')}`);
  const against = (allowance: number) => seen.pipeline.map((ms, round) => (ms - allowance) / (seen.script[round] ?? NaN));
  report.note(`${name}: pipeline against script ${withSpread(against(0), '×')}`);
  report.item(atMost(`wallclock/${name}/pipeline less one second against script`, median(against(1000)), 1.1));
  report.item(atMost(`wallclock/${name}/rerun with nothing changed`, median(seen.rerun), 2000, 'ms'));
}
