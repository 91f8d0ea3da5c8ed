import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Runtime, DefaultLogger } from '@temporalio/worker';
import { benchEngine } from './engine.ts';
import { createReport, type BenchReport } from './report.ts';

/** The parts of the bench, in the order in which they run. */
const parts: { name: string; run(report: BenchReport): Promise<void> }[] = [{ name: 'engine', run: benchEngine }];

/** `npm run bench -- [PART …] [--json FILE]`: prints every figure; ends with 1 when a bar does not hold. */
async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: { json: { type: 'string' } }, allowPositionals: true });
  const unknown = positionals.find((name) => !parts.some((part) => part.name === name));
  if (unknown) {
    console.error(`There is no part ${unknown}; the parts are ${parts.map((part) => part.name).join(', ')}.`);
    return 2;
  }

  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const report = createReport((line) => console.log(line));
  for (const part of parts.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
    console.log(part.name);
    await part.run(report);
  }
  if (values.json) await writeFile(values.json, `${JSON.stringify(report.items, null, 2)}\n`);
  return report.items.every((item) => item.holds !== false) ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
