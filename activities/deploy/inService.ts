import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type Dockerode from 'dockerode';
import { failureMessage } from '../../schemas/failures.ts';
import { type Ledger, ledgerAt, stateFile } from './ledger.ts';
import { type ReleaseRecord, releaseOf } from './record.ts';
import { createTargets } from './targets.ts';

/** A release that an environment of this machine has in service, as the list shows it. */
export type ReleaseInService = ReturnType<typeof releaseOf> & { slug: string; commit: string; startedAt: string };

/** All releases in service on this machine, by what is recorded; whether they still run is not asked. */
export async function listReleases(home: string): Promise<ReleaseInService[]> {
  const current = await Promise.all((await ledgers(home)).map(currentOf));
  return current.flatMap((record) => {
    if (!record) return [];
    const { slug, commit, startedAt } = record;
    return [{ ...releaseOf(record), slug, commit, startedAt }];
  });
}

export type StopOrder = { home: string; docker?: Dockerode; slug: string; environment: string };

/**
 * Takes an environment out of service: every release of it is stopped, and what was kept of them is removed. Answers what was
 * stopped; undefined when nothing was in service. What was put in place (by a `command`, in a cluster) stays where it is.
 */
export async function stopRelease({ home, docker, slug, environment }: StopOrder): Promise<ReleaseInService | undefined> {
  const targets = createTargets({ home, docker });
  for (const ledger of await ledgers(home)) {
    const state = await ledger.state();
    if (state.slug !== slug || state.environment !== environment) continue;
    return await ledger.locked(new AbortController().signal, async () => {
      const current = await currentOf(ledger);
      for (const record of await ledger.records()) {
        await targets[record.target].stop(record);
        await targets[record.target].discard(record);
        await ledger.forget(record.key);
      }
      await ledger.setState({ ...(await ledger.state()), current: undefined, releases: [] });
      return current && { ...releaseOf(current), slug, commit: current.commit, startedAt: current.startedAt };
    });
  }
  return undefined;
}

/** Takes every environment of this machine out of service; answers a line for each that could not be. */
export async function stopAllReleases({ home, docker }: Pick<StopOrder, 'home' | 'docker'>): Promise<string[]> {
  const problems: string[] = [];
  for (const ledger of await ledgers(home)) {
    const { slug, environment } = await ledger.state();
    await stopRelease({ home, docker, slug, environment }).catch((error: unknown) => {
      problems.push(`${slug} ${environment}: ${failureMessage(error)}`);
    });
  }
  return problems;
}

async function currentOf(ledger: Ledger): Promise<ReleaseRecord | undefined> {
  const { current } = await ledger.state();
  return current === undefined ? undefined : await ledger.record(current);
}

async function ledgers(home: string): Promise<Ledger[]> {
  const root = join(home, 'releases');
  const files = await readdir(root, { recursive: true }).catch(() => []);
  return files.filter((path) => path.split('/').at(-1) === stateFile).map((path) => ledgerAt(join(root, dirname(path))));
}
