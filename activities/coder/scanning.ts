import type { Change } from '../../schemas/mind.ts';
import type { Site } from '../../schemas/solveTask.ts';
import { sourceAt } from '../lib/generated/commits.ts';
import { longestText, textOf } from './commitFiles.ts';
import type { CoderDeps } from './deps.ts';
import { secretIn } from './editing.ts';
import { rawDiff } from './rawDiff.ts';
import { readBlobs } from '../../repository/blobs.ts';
import type { Protection } from './protection.ts';

// Enough for every file of a long task; then it is looked at again.
const mostRemembered = 20_000;

/** Looks for secrets in what was changed since the run's first commit; answers what must be said, or undefined when there is none. */
export type ChangeScanner = {
  scan(order: { site: Site; change: Change; isProtected: Protection; signal: AbortSignal }): Promise<string | undefined>;
  /** Notes that `to` differs from `from` only in texts that were looked at. */
  passed(site: Site, from: Change, to: Change): void;
};

/** A scanner that looks at each content once. */
export function createChangeScanner({ sources, findSecrets }: Pick<CoderDeps, 'sources' | 'findSecrets'>): ChangeScanner {
  const clean = new Set<string>();
  const remember = (key: string) => {
    if (clean.size >= mostRemembered) clean.clear();
    clean.add(key);
  };

  const nameOf = (site: Site, change: Change) => `${site.source.commit} ${change.commit}`;

  async function scan({ site, change, isProtected, signal }: Parameters<ChangeScanner['scan']>[0]): Promise<string | undefined> {
    const whole = nameOf(site, change);
    if (clean.has(whole) || change.commit === site.source.commit) return undefined;
    const at = { ...sourceAt(site.source, change), base: site.source.commit };
    const changed = await sources.read(
      at,
      async (git) => {
        const raw = await git.run(['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', at.base, at.commit]);
        const files = rawDiff(raw).filter(
          ({ path, id, after }) => after.startsWith('100') && !clean.has(`${path}\0${id}`) && !isProtected(path),
        );
        const sizes = await git.run(['cat-file', '--batch-check=%(objectsize)'], { input: files.map(({ id }) => `${id}\n`).join('') });
        const small = files.filter((_, i) => Number(sizes.toString('utf8').split('\n')[i]) <= longestText);
        const blobs = await readBlobs(git, small.map(({ id }) => id)); // prettier-ignore
        return small.map((file, i) => ({ ...file, text: textOf(blobs[i]) }));
      },
      signal,
    );
    for (const { path, id, text } of changed) {
      const secret = text === undefined ? undefined : await secretIn(findSecrets, path, text);
      if (secret !== undefined) return secret;
      remember(`${path}\0${id}`);
    }
    remember(whole);
    return undefined;
  }

  return {
    scan,
    passed(site, from, to) {
      if (from.commit === site.source.commit || clean.has(nameOf(site, from))) remember(nameOf(site, to));
    },
  };
}
