import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** When the worker that sent a request is killed: before the service sees it, or when it has been carried out and nobody was told. */
export type Strike = 'before' | 'after' | undefined;
type Strikes = (request: { service: string; method: string; path: string }) => Strike;
type Options = {
  count: number;
  services: Record<string, string>;
  environment(urls: Record<string, string>): Record<string, string>;
  address: string;
  strikes: Strikes;
};

const child = fileURLToPath(new URL('effectsChild.ts', import.meta.url));

/**
 * Worker processes that reach services only through proxies of their own, which kill them (SIGKILL) in the middle of an effect; each is
 * started again at once. `kills` counts by service and moment.
 */
export async function startKillingWorkers({ count, services, environment, address, strikes }: Options) {
  const kills: Record<string, number> = {};
  const over = { value: false };
  const slots = await Promise.all(Array.from({ length: count }, () => openSlot()));

  async function openSlot() {
    const slot: { process?: ChildProcess; proxies: Server[] } = { proxies: [] };
    const urls: Record<string, string> = {};
    for (const [service, upstream] of Object.entries(services)) {
      const proxy = createServer((request, response) => {
        void relay({ service, upstream, request, slot }).then(
          (answer) => (answer ? response.writeHead(answer.status, answer.headers).end(answer.body) : response.destroy()),
          () => response.destroy(),
        );
      });
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
      slot.proxies.push(proxy);
      urls[service] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    }
    const run = () => {
      const started = spawn(process.execPath, [child, address], {
        env: { ...process.env, ...environment(urls) },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      slot.process = started;
      started.once('exit', () => over.value || run());
      return started;
    };
    const first = run();
    await new Promise((resolve) => first.stdout?.once('data', resolve));
    return slot;
  }

  type Relay = { service: string; upstream: string; request: IncomingMessage; slot: { process?: ChildProcess } };
  async function relay({ service, upstream, request, slot }: Relay) {
    const sender = slot.process;
    const { method = 'GET', url = '/' } = request;
    const strike = strikes({ service, method, path: url });
    const strikeNow = (moment: Strike) => {
      if (strike !== moment || sender?.exitCode !== null || sender.signalCode !== null) return false;
      const name = `${service} ${moment}`;
      kills[name] = (kills[name] ?? 0) + 1;
      return sender.kill('SIGKILL');
    };
    const body = await buffer(request);
    if (strikeNow('before')) return undefined;
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => !['host', 'connection', 'content-length', 'transfer-encoding'].includes(name)),
    ) as Record<string, string>;
    const answer = await fetch(`${upstream}${url}`, {
      method,
      headers,
      body: body.length > 0 ? new Uint8Array(body) : undefined,
      redirect: 'manual',
    });
    const text = Buffer.from(await answer.arrayBuffer());
    if (strikeNow('after')) return undefined;
    const kept = Object.fromEntries(
      [...answer.headers].filter(([name]) => !['content-length', 'content-encoding', 'transfer-encoding', 'connection'].includes(name)),
    );
    return { status: answer.status, headers: kept, body: text };
  }

  return {
    kills,
    total: () => Object.values(kills).reduce((sum, one) => sum + one, 0),
    async close() {
      over.value = true;
      for (const { process: started, proxies } of slots) {
        started?.kill('SIGKILL');
        for (const proxy of proxies) {
          proxy.closeAllConnections();
          proxy.close();
        }
      }
    },
  };
}
