import { failure } from '../schemas/failures.ts';
import type { IsolationChoice } from '../schemas/nouns.ts';

/** Refuses with `IsolationUnavailable` what would run a repository's code as a plain process though nobody vouches for it. */
export function checkIsolation({ isolation, trusted }: { isolation: IsolationChoice; trusted: boolean }): void {
  if (isolation !== 'process' || trusted) return;
  throw failure(
    'IsolationUnavailable',
    "isolation=process runs the repository's code with your rights: pass --trust if you trust this repository, or choose docker or bubblewrap",
  );
}
