import { createServer } from 'node:net';
import getPort from 'get-port';
import type { Ledger } from './ledger.ts';
import { loopbackUrl } from './look.ts';
import { waitUntilReady } from './ready.ts';
import type { ReleaseRecord } from './record.ts';
import type { Targets } from './target.ts';

// A kept release has shown that it can start; it gets this long to do so again, ms.
const reviveWithin = 60_000;

/** Starts releases, new ones and kept ones. */
export function createLifter(targets: Targets) {
  const bringUp = async (ledger: Ledger, record: ReleaseRecord, within: number, signal: AbortSignal): Promise<ReleaseRecord> => {
    const mark = await targets[record.target].start(record, signal);
    const started = await ledger.write({ ...record, mark });
    // What was put in place is judged by the watch.
    if (targets[record.target].manner === 'beside') await waitUntilReady(targets, started, within, signal);
    return started;
  };

  return {
    bringUp,

    /** Puts a kept release into service again, unless it is. */
    async revive(ledger: Ledger, record: ReleaseRecord, signal: AbortSignal): Promise<ReleaseRecord> {
      const runs = record.mark !== undefined && (await targets[record.target].instance(record)) === record.mark;
      if (runs) return await ledger.write({ ...record, status: 'running' });
      const lifted = await bringUp(ledger, await withUsablePort(targets, ledger, record), reviveWithin, signal);
      return await ledger.write({ ...lifted, status: 'running' });
    },
  };
}

/** The record with another port, where any free one does, it does not run, and somebody has taken its port. */
export async function withUsablePort(targets: Targets, ledger: Ledger, record: ReleaseRecord): Promise<ReleaseRecord> {
  if (!record.portIsFree || record.port === undefined || (await targets[record.target].instance(record)) !== undefined) return record;
  if (await isFree(record.port)) return record;
  // A container's port is fixed when it is made.
  if (record.target === 'docker') await targets.docker.discard(record);
  return await ledger.write(withPort(record, await getPort()));
}

/** The record as it is when the release listens on this port of the machine. */
export function withPort(record: ReleaseRecord, port: number): ReleaseRecord {
  return {
    ...record,
    port,
    // A process has the machine's ports; only a container has its own.
    insidePort: record.target === 'process' ? port : record.insidePort,
    url: `http://127.0.0.1:${port}`,
    healthUrl: record.health.url ?? loopbackUrl({ port, health: record.health }),
  };
}

// get-port itself avoids, for a while, every port that it has given to somebody, and this one may be from there.
async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return await new Promise((done) => {
    server.once('error', () => done(false));
    server.listen(port, () => server.close(() => done(true)));
  });
}
