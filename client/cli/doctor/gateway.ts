import { createServer } from 'node:net';
import { z } from 'zod';
import { absent, answering } from './answering.ts';
import type { Part } from './part.ts';

const service = {
  name: 'gateway address',
  costs: 'webhooks and the HTTP API find nothing there; `mainstay up` takes another port unless MAINSTAY_LISTEN names one',
  fix: 'end what listens there, or name another address with MAINSTAY_LISTEN',
};

const Health = z.object({ status: z.literal('ok') });

/** Whether the gateway's address can be had, or a gateway listens there already. It is held for a moment. */
export async function lookAtGateway({ host, port }: { host: string; port: number }): Promise<Part> {
  const code = await refusalToListen({ host, port });
  const address = `${host}:${port}`;
  if (code === undefined) return { ...absent(service), found: true, detail: `${address} is free` };
  if (code !== 'EADDRINUSE') return absent(service, `${address} cannot be had (${code})`);
  const part = await answering(service, {
    ask: async (signal) => {
      const response = await fetch(`http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}/health`, { signal, redirect: 'manual' });
      Health.parse(await response.json());
      return `a gateway listens at ${address}`;
    },
  });
  return part.found ? part : absent(service, `${address} is in use by something else`);
}

async function refusalToListen({ host, port }: { host: string; port: number }): Promise<string | undefined> {
  const server = createServer();
  return await new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
