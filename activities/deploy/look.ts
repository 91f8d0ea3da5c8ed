import { type Sighting, judgeExit, probeUrl } from './probe.ts';
import type { ReleaseRecord } from './record.ts';
import type { Targets } from './target.ts';

/** Looks once whether a release is well, the way its settings say. `url` takes the place of its public health URL. */
export async function lookAt(
  targets: Targets,
  { record, url }: { record: ReleaseRecord; url: string | undefined },
  signal: AbortSignal,
): Promise<Sighting> {
  const { command, path, none } = record.health;
  if (command !== undefined) return judgeExit(command, await targets[record.target].ask(record, command, signal));
  const complaint = await targets[record.target].complaint?.(record);
  if (complaint !== undefined) return { outcome: 'ill', text: complaint };
  if (url === undefined || none) return { outcome: 'well', text: 'it runs' };
  // Nobody said which path tells the truth, so only an answer that admits a fault counts as one.
  const lenient = path === undefined && record.health.url === undefined;
  return await probeUrl(url, (status) => status >= 200 && status < (lenient ? 500 : 400), signal);
}

/** Address by which this machine reaches a release directly, with its health path; undefined: it listens on no port. */
export function loopbackUrl({ port, health }: Pick<ReleaseRecord, 'port' | 'health'>): string | undefined {
  return port === undefined ? undefined : `http://127.0.0.1:${port}${health.path ?? '/'}`;
}
