import type { Change } from '../../schemas/mind.ts';
import type { Site } from '../../schemas/solveTask.ts';
import { sourceAt } from '../lib/generated/commits.ts';
import { longestText, textOf } from './commitFiles.ts';
import type { CoderDeps } from './deps.ts';
import { secretIn } from './editing.ts';
import { readBlobs } from '../../repository/blobs.ts';
import type { Protection } from './protection.ts';

// Enough for every file of a long task; then it is looked at again.
const mostRemembered = 20_000;

/** Looks for secrets in what was changed since the run's first commit; answers what must be said, or undefined when there is none. */
export type ChangeScanner = (order: {
  site: Site;
  change: Change;
  isProtected: Protection;
  signal: AbortSignal;
}) => Promise<string | undefined>;

/** A scanner that looks at each content once. */
export function createChangeScanner({ sources, findSecrets }: Pick<CoderDeps, 'sources' | 'findSecrets'>): ChangeScanner {
  const clean = new Set<string>();
  const remember = (key: string) => {
    if (clean.size >= mostRemembered) clean.clear();
    clean.add(key);
  };

  return async ({ site, change, isProtected, signal }) => {
    const whole = `${site.source.commit} ${change.commit}`;
    if (clean.has(whole)) return undefined;
    const at = { ...sourceAt(site.source, change), base: site.source.commit };
    const changed = await sources.read(
      at,
      async (git) => {
        const raw = await git.run(['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', at.base, at.commit]);
        const files = written(raw.toString('utf8')).filter(({ path, id }) => !clean.has(`${path}\0${id}`) && !isProtected(path));
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
  };
}

/** The regular files that a raw diff writes. */
function written(raw: string): { path: string; id: string }[] {
  const parts = raw.split('\0');
  const files: { path: string; id: string }[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const [, mode = '', , id = '', status = ''] = (parts[i] ?? '').split(' ');
    if (status !== 'D' && mode.startsWith('100')) files.push({ path: parts[i + 1] ?? '', id });
  }
  return files;
}
