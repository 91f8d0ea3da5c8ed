import type Dockerode from 'dockerode';
import { serviceEnvironment } from './environment.ts';
import { type ReleaseRecord, releaseId } from './record.ts';

/** Labels by which containers of releases are found again. */
export const labels = {
  release: 'mainstay.release',
  environment: 'mainstay.environment',
  slug: 'mainstay.slug',
} as const;

/** Name of a release's container: the same for the same key, so that the daemon refuses a second one. */
export function containerName({ environment, key }: Pick<ReleaseRecord, 'environment' | 'key'>): string {
  return `mainstay-${environment.replace(/[^A-Za-z0-9_.-]+/g, '-')}-${releaseId(key)}`;
}

const mebibyte = 2 ** 20;

/** How a release's container is made: one loopback port, limits, and no right that a service does not need. */
export function containerOptions(record: ReleaseRecord): Dockerode.ContainerCreateOptions {
  const port = `${record.insidePort}/tcp`;
  const listens = record.port !== undefined && record.insidePort !== undefined;
  return {
    name: containerName(record),
    Image: record.image,
    Env: Object.entries({ ...serviceEnvironment(record), MAINSTAY_RELEASE: record.key }).map(([name, value]) => `${name}=${value}`),
    // Beside the watch, so that the daemon's own tools show the same.
    Healthcheck:
      record.health.command === undefined ? undefined : { Test: ['CMD-SHELL', record.health.command], Interval: 10e9, Retries: 3 },
    Labels: { [labels.release]: record.key, [labels.environment]: record.environment, [labels.slug]: record.slug },
    ExposedPorts: listens ? { [port]: {} } : {},
    HostConfig: {
      PortBindings: listens ? { [port]: [{ HostIp: '127.0.0.1', HostPort: String(record.port) }] } : {},
      // It comes back with the daemon, as a release should; the watch sees restarts all the same.
      RestartPolicy: { Name: 'unless-stopped' },
      CapDrop: ['ALL'],
      CapAdd: ['NET_BIND_SERVICE'],
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: 512,
      Memory: 1024 * mebibyte,
      MemorySwap: 1024 * mebibyte,
      NanoCpus: 2e9,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
    },
  };
}
