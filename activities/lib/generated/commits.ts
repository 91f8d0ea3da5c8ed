import type { Change, FileText, Provenance } from '../../../schemas/mind.ts';
import type { Source } from '../../../schemas/source.ts';

export type CommitWords = {
  /** First line. */
  title: string;
  body?: string;
  by: Provenance;
  /** `<run>/<task>`, and which step of it. */
  task: string;
  step?: number;
  /** ISO 8601: the same input gives the same commit. */
  at: string;
};

/** Makes commits in git's objects alone, without a working tree, and keeps them in the artifact store so that any worker can go on from them. */
export type Commits = {
  /**
   * A commit with these files changed; `on` itself when nothing changes. Fails with `PathOutsideRepository` for a path that git or we refuse, or
   * that collides with a file or folder, and with `ChangeRefused` for a text above 1 MiB.
   */
  commit(order: { source: Source; on: Change; files: readonly FileText[]; words: CommitWords }, signal?: AbortSignal): Promise<Change>;
  /** The one that holds the other already is answered as it is. */
  merge(
    order: { source: Source; into: Change; change: Change; words: CommitWords },
    signal?: AbortSignal,
  ): Promise<{ merged: Change } | { conflicts: string[] }>;
};

/**
 * The source at a change, so that everything that reads sources reads it; `base` is what it is compared with. Dependencies stay those of the first
 * commit: what an agent writes into a manifest is nobody's wish yet, and installing it would reach out to hosts of its choice.
 */
export function sourceAt(source: Source, change: Change, base?: Change): Source {
  return {
    ...source,
    commit: change.commit,
    tree: change.tree,
    objects: change.objects,
    base: base?.commit,
    dependenciesAt: source.dependenciesAt ?? source.commit,
  };
}
