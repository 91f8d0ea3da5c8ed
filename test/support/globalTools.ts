import { delimiter, dirname } from 'node:path';
import { loadConfig } from '../../config/config.ts';
import { obtainTemporalCli } from '../../engine/obtain.ts';

/** Gets the Temporal CLI once for all tests, whose homes are temporary: without it each would build or download its own. */
export default async function setup(): Promise<void> {
  const { home, temporalCli } = loadConfig(process.env);
  const progress = (text: string) => process.stderr.write(`${text}\n`);
  const cli = await obtainTemporalCli({ home, temporalCli, env: process.env, progress });
  process.env['MAINSTAY_TEMPORAL_CLI'] = cli;
  // For tests that give a process little more than a PATH.
  process.env['PATH'] = [dirname(cli), process.env['PATH']].join(delimiter);
}
