import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import getPort from 'get-port';
import { waitForServer } from '../engine/health.ts';
import { obtainTemporalCli } from '../engine/obtain.ts';
import { failure } from '../schemas/failures.ts';

/** `temporal server start-dev` with a database file and nothing else set, as its documentation says. */
export async function startStockServer(folder: string): Promise<{ address: string; stop(): Promise<void> }> {
  await mkdir(folder, { recursive: true });
  const temporalCli = process.env['MAINSTAY_TEMPORAL_CLI'];
  const cli = await obtainTemporalCli({ home: folder, temporalCli, env: process.env, progress: () => undefined });
  const port = await getPort({ host: '127.0.0.1' });
  const uiPort = await getPort({ host: '127.0.0.1' });
  const args = ['server', 'start-dev', '--db-filename', join(folder, 'temporal.db'), '--port', String(port), '--ui-port', String(uiPort)];
  const server = execa(cli, args, { reject: false, stdin: 'ignore', stdout: 'ignore', stderr: { file: join(folder, 'server.log') } });
  let ended = false;
  const end = server.then(() => (ended = true));
  const stop = async () => {
    server.kill('SIGTERM');
    await end;
  };

  const address = `127.0.0.1:${port}`;
  if (!(await waitForServer({ address, timeoutMs: 60_000, gone: () => ended }))) {
    await stop();
    throw failure('EngineUnavailable', `The stock dev server did not answer at ${address}`);
  }
  return { address, stop };
}
