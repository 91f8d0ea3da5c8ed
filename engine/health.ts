import { setTimeout as wait } from 'node:timers/promises';
import { Connection, type ConnectionOptions } from '@temporalio/client';

/** The server's version, when it answers a call within `timeoutMs`; otherwise undefined. */
export async function askServer(options: ConnectionOptions, timeoutMs = 2_000): Promise<{ version: string } | undefined> {
  const connection = Connection.lazy({ ...options, connectTimeout: timeoutMs });
  try {
    return await connection.withDeadline(Date.now() + timeoutMs, async () => {
      await connection.ensureConnected();
      const cluster = await connection.workflowService.getClusterInfo({});
      return { version: cluster.serverVersion };
    });
  } catch {
    return undefined;
  } finally {
    await connection.close();
  }
}

/** Asks until the server answers, `gone` says that it cannot any more, or the time is over. */
export async function waitForServer({ address, timeoutMs, gone, signal }: WaitForServer): Promise<{ version: string } | undefined> {
  const until = Date.now() + timeoutMs;
  while (Date.now() < until && !(await gone())) {
    const server = await askServer({ address });
    if (server) return server;
    await wait(50, undefined, { signal });
  }
  return undefined;
}

type WaitForServer = { address: string; timeoutMs: number; gone: () => boolean | Promise<boolean>; signal?: AbortSignal | undefined };
