import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { askVersion, type CliVersion } from './cliVersion.ts';

export type CliSource = 'MAINSTAY_TEMPORAL_CLI' | 'PATH' | 'cache';
type Candidate = { from: CliSource; path: string };
export type FoundCli = Candidate & { version: CliVersion };
export type RejectedCli = Candidate & { problem: string };

/** The first usable CLI, and those that were passed over with the reason. */
export type CliSearch = { found: FoundCli | undefined; rejected: RejectedCli[] };

export type CliPlaces = { home: string; temporalCli?: string | undefined; env: Record<string, string | undefined> };

/** Looks for a usable `temporal`, without installing anything: the setting, PATH, the cache. A setting that is wrong ends the search. */
export async function findTemporalCli(places: CliPlaces): Promise<CliSearch> {
  const rejected: RejectedCli[] = [];
  for (const candidate of cliCandidates(places)) {
    const problem = await access(candidate.path, constants.X_OK).then(
      () => undefined,
      () => 'is not an executable file',
    );
    const version = problem ? { problem } : await askVersion(candidate.path);
    if (!('problem' in version)) return { found: { ...candidate, version }, rejected };
    const named = candidate.from === 'MAINSTAY_TEMPORAL_CLI';
    if (named || version.problem !== 'is not an executable file') rejected.push({ ...candidate, problem: version.problem });
    // Falling back silently would run another server than the one that was asked for.
    if (named) break;
  }
  return { found: undefined, rejected };
}

/** Where a `temporal` may lie, best first. */
export function cliCandidates(places: CliPlaces): Candidate[] {
  const named: Candidate[] = places.temporalCli ? [{ from: 'MAINSTAY_TEMPORAL_CLI', path: resolve(places.temporalCli) }] : [];
  const folders = (places.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = folders.map((folder): Candidate => ({ from: 'PATH', path: resolve(folder, 'temporal') }));
  return [...named, ...onPath, { from: 'cache', path: cachedCli(places.home) }];
}

/** Where an obtained CLI is kept. */
export function cachedCli(home: string): string {
  return join(home, 'engine', 'bin', 'temporal');
}
