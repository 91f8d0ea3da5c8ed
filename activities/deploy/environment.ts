import type { ReleaseRecord } from './record.ts';

/** What a release is told: nothing of this process's own environment but where the tools are. */
export function releaseEnvironment(record: ReleaseRecord): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: process.env['HOME'] ?? '/',
    LANG: 'C.UTF-8',
    ...serviceEnvironment(record),
  };
}

/** The part that a container gets as well. */
export function serviceEnvironment(record: ReleaseRecord): Record<string, string> {
  return {
    NODE_ENV: 'production',
    ...(record.insidePort === undefined ? {} : { PORT: String(record.insidePort) }),
    ...record.env,
    MAINSTAY_COMMIT: record.commit,
    MAINSTAY_ENVIRONMENT: record.environment,
    MAINSTAY_DIGEST: record.digest,
    MAINSTAY_RELEASE_KEY: record.key,
  };
}
