import { createServer } from 'node:net';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kindsHere, makeBench } from '../../support/sandboxes.ts';

/** Tries every address by TCP and UDP; prints `reached` when one answers. */
const knock = `
const [port, ...hosts] = process.argv.slice(1);
const tries = hosts.flatMap((host) => [
  new Promise((done) => {
    const socket = require('net').connect({ host, port, timeout: 1500 });
    socket.on('connect', () => { console.log('reached', host); socket.destroy(); done(); });
    socket.on('error', done).on('timeout', () => { socket.destroy(); done(); });
  }),
  new Promise((done) => {
    const socket = require('dgram').createSocket('udp4');
    socket.on('error', done).send('knock', port, host, () => { socket.close(); done(); });
  }),
]);
Promise.all(tries).then(() => require('dns').promises.lookup('example.com').then(() => console.log('resolved'), () => undefined));
`;

const kinds = await kindsHere();

describe('the network of this machine', () => {
  const heard = { connections: 0, packets: 0 };
  const tcp = createServer((socket) => {
    heard.connections += 1;
    socket.destroy();
  });
  const udp = createSocket('udp4', () => {
    heard.packets += 1;
  });
  let bench: Awaited<ReturnType<typeof makeBench>>;
  let target: string[];

  beforeAll(async () => {
    bench = await makeBench();
    await once(tcp.listen(0, '0.0.0.0'), 'listening');
    const address = tcp.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    udp.bind(port);
    await once(udp, 'listening');
    const own = Object.values(networkInterfaces()).flatMap((addresses) =>
      (addresses ?? []).filter((each) => each.family === 'IPv4').map((each) => each.address),
    );
    target = [String(port), ...own];
  });
  afterAll(async () => {
    await bench.close();
    tcp.close();
    udp.close();
  });

  for (const { kind, missing } of kinds) {
    const title = kind === 'process' ? 'is open to a plain process' : `is closed to a box of ${kind}`;
    it.skipIf(missing !== undefined)(`${title}${missing ? ` (${missing})` : ''}`, async () => {
      Object.assign(heard, { connections: 0, packets: 0 });
      const { driver } = await bench.choose(kind, true);
      const box = await bench.box(driver);
      const { exitCode, stdout } = await box.run({ command: ['node', '-e', knock, ...target], timeoutMs: 30_000 });
      expect(exitCode).toBe(0);
      // The plain process is the proof that the sentinel would hear.
      if (kind === 'process') return expect(heard).toMatchObject({ connections: target.length - 1 });
      expect(stdout).toBe('');
      expect(heard).toEqual({ connections: 0, packets: 0 });
    });
  }
});
