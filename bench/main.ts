import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { installRuntime } from '../workers/startWorkers.ts';
import { benchDevelop } from './develop.ts';
import { benchEngine } from './engine.ts';
import { benchLocks } from './locks.ts';
import { benchMemory } from './memory.ts';
import { benchOverhead } from './overhead.ts';
import { type BenchReport, createReport } from './report.ts';
import { benchWallClock } from './wallclock.ts';
import { benchWebhooks } from './webhooks.ts';

/** The parts of the bench, in the order in which they run. Each ends soon, cleaned up, when the signal aborts. */
const parts: { name: string; run(report: BenchReport, signal: AbortSignal): Promise<void> }[] = [
  { name: 'engine', run: benchEngine },
  { name: 'overhead', run: benchOverhead },
  { name: 'locks', run: benchLocks },
  { name: 'webhooks', run: benchWebhooks },
  { name: 'develop', run: benchDevelop },
  { name: 'wallclock', run: benchWallClock },
  { name: 'memory', run: benchMemory },
];

// On a quiet machine each part takes less than two minutes.
const longestPartMs = 600_000;

/** `npm run bench -- [PART …] [--json FILE]`: prints every figure; ends with 1 when a bar does not hold, with 130 when interrupted. */
async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: { json: { type: 'string' } }, allowPositionals: true });
  const unknown = positionals.find((name) => !parts.some((part) => part.name === name));
  if (unknown) {
    console.error(`There is no part ${unknown}; the parts are ${parts.map((part) => part.name).join(', ')}.`);
    return 2;
  }

  const interrupted = onInterruption();
  // Without it the SDK would end the workers at a signal and leave the measurement waiting for them.
  installRuntime();
  const report = createReport((line) => console.log(line));
  for (const part of parts.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
    console.log(part.name);
    const limit = AbortSignal.timeout(longestPartMs);
    try {
      await part.run(report, AbortSignal.any([interrupted, limit]));
    } catch (error) {
      if (interrupted.aborted) return 130;
      if (!limit.aborted) throw error;
      report.item({ name: `${part.name}/done`, value: longestPartMs / 60_000, unit: 'minutes', bar: 'ends before', holds: false });
    }
  }
  if (values.json) await writeFile(values.json, `${JSON.stringify(report.items, null, 2)}\n`);
  return report.items.every((item) => item.holds !== false) ? 0 : 1;
}

/** Aborted by the first Ctrl-C or SIGTERM; the second ends the process at once. */
function onInterruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(130);
      console.error('stopping; once more leaves at once');
      controller.abort();
    });
  }
  return controller.signal;
}

process.exitCode = await main(process.argv.slice(2));
