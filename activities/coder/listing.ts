import { depsFolder } from '../lib/install/step.ts';
import { reportsFolder } from '../lib/printed.ts';

/** One path of a box's working tree that is no folder. `stamp` changes whenever the file was touched, whatever time it pretends to have. */
export type Listed = { path: string; type: 'file' | 'link' | 'other'; size: number; stamp: string };
export type Listing = ReadonlyMap<string, Listed>;

/** Folders of dependencies and of caches: nothing in them is looked at. */
const unseen = [
  ['node_modules', '.venv', '.git', depsFolder, reportsFolder],
  ['__pycache__', '.pytest_cache', '.mypy_cache', '.ruff_cache', '.nyc_output', '.tox', '.nox', '.gradle', '.parcel-cache', '.turbo'],
].flat();

const pruned = unseen.map((name) => `-name ${name}`).join(' -o ');
// The time of the last change of state (ctime) is the kernel's own: a command cannot set it back.
const find = `find . -type d \\( ${pruned} \\) -prune -o ! -type d -printf '%y %s %C@ %P\\0' 2>/dev/null`;

const listed = (mark: string, code: string) => `printf '\\n%s %s\\n' '${mark}' ${code}; ${find}; printf '%s' '${mark}'`;

/**
 * A shell line that runs the command (`$1`), then says after `mark` how it ended and what is in the working tree; with `first` also before it, up
 * to that mark. In one go, because starting a program in a container takes longer than looking.
 */
export function thenListed(mark: string, first?: string): string {
  // The trap lets this line outlive a SIGTERM that is meant for the command. One stream for all that it prints: of two, the one could arrive after
  // the mark on the other.
  return `${first === undefined ? '' : `${listed(first, '0')}; `}trap : TERM; sh -c "$1" 2>&1; code=$?; ${listed(mark, '"$code"')}; exit $code`;
}

/** A shell line that lists alone, in the same shape. */
export function listedAlone(mark: string): string {
  return listed(mark, '0');
}

/** Reads what such a line printed from the mark on; `listing` is undefined when it did not come to its end. */
export function readListing(output: string, mark: string): { exitCode?: number; listing?: Listing } {
  const head = new RegExp(`^\\n${mark} (\\d+)\\n`).exec(output);
  if (head === null) return {};
  const exitCode = Number(head[1]);
  if (!output.endsWith(mark)) return { exitCode };
  const listing = new Map<string, Listed>();
  for (const line of output.slice(head[0].length, -mark.length).split('\0')) {
    if (line === '') continue;
    const parts = /^(\w) (\d+) ([\d.]+) ([^]+)$/.exec(line);
    if (parts === null) return { exitCode };
    const [, type = '', size = '', stamp = '', path = ''] = parts;
    listing.set(path, { path, type: type === 'f' ? 'file' : type === 'l' ? 'link' : 'other', size: Number(size), stamp });
  }
  return { exitCode, listing };
}

/** What one listing has that the other has not, or not like that; sorted. */
export function differences(before: Listing, after: Listing): { written: Listed[]; gone: string[] } {
  const written = [...after.values()].filter((one) => {
    const earlier = before.get(one.path);
    return earlier === undefined || earlier.stamp !== one.stamp || earlier.size !== one.size || earlier.type !== one.type;
  });
  const gone = [...before.keys()].filter((path) => !after.has(path));
  return { written: written.sort((a, b) => (a.path < b.path ? -1 : 1)), gone: gone.sort() };
}
