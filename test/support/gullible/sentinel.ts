import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Listens on this machine's loopback and, where there is one, Docker's bridge, TCP and UDP, and on an abstract socket; counts whatever comes. */
export async function openSentinel(name: string) {
  const bridge = networkInterfaces()['docker0']?.find(({ family }) => family === 'IPv4')?.address;
  const hosts = ['127.0.0.1', ...(bridge === undefined ? [] : [bridge])];
  const came: string[] = [];
  const close: (() => void)[] = [];

  async function listen(host: string, wanted: number): Promise<number> {
    const server = createServer((socket) => {
      came.push(`tcp ${host}`);
      socket.on('error', () => undefined).destroy();
    });
    server.listen(wanted, host);
    await once(server, 'listening');
    close.push(() => server.close());
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const udp = createSocket('udp4', () => came.push(`udp ${host}`));
    udp.bind(port, host);
    await once(udp, 'listening');
    close.push(() => udp.close());
    return port;
  }

  const [first = '127.0.0.1', ...others] = hosts;
  const port = await listen(first, 0);
  for (const host of others) await listen(host, port);
  const local = createServer((socket) => {
    came.push('unix');
    socket.destroy();
  });
  local.listen(`\0${name}`);
  await once(local, 'listening');
  close.push(() => local.close());

  return {
    hosts,
    port,
    /** One line for each connection or datagram. */
    came: () => came,
    forget: () => void came.splice(0),
    close: () => close.forEach((end) => end()),
  };
}
