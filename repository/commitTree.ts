import { readBlobs } from './blobs.ts';
import { listEntries, type TreeEntry } from './entries.ts';
import type { Git } from './git.ts';
import type { FileTree } from './tree.ts';

const defaultMaxBytes = 2 ** 20;
const batchBytes = 64 * 2 ** 20;
const binaryProbe = 8000;

type Wanted = { entry: TreeEntry; answer: PromiseWithResolvers<Buffer | undefined> };

/** The files of a commit, read from the repository without a checkout. Reads that are asked for together share one git process. */
export function readCommit(git: Git, commit: string): FileTree {
  let entries: Promise<Map<string, TreeEntry>> | undefined;
  let waiting: Wanted[] = [];

  function files() {
    entries ??= listEntries(git, commit).then(
      (all) => new Map(all.filter(({ kind }) => kind === 'file').map((entry) => [entry.path, entry])),
    );
    return entries;
  }

  function content(entry: TreeEntry): Promise<Buffer | undefined> {
    if (waiting.length === 0) setImmediate(() => void serve());
    const answer = Promise.withResolvers<Buffer | undefined>();
    waiting.push({ entry, answer });
    return answer.promise;
  }

  async function serve(): Promise<void> {
    const all = waiting;
    waiting = [];
    for (const batch of batches(all)) {
      try {
        const contents = await readBlobs(
          git,
          batch.map(({ entry }) => entry.id),
        );
        batch.forEach(({ answer }, i) => answer.resolve(contents[i]));
      } catch (error) {
        for (const { answer } of batch) answer.reject(error);
      }
    }
  }

  return {
    async list() {
      return [...(await files()).keys()].sort();
    },
    async read(path, maxBytes = defaultMaxBytes) {
      const entry = (await files()).get(path);
      if (entry === undefined || entry.size > maxBytes) return undefined;
      const bytes = await content(entry);
      return bytes === undefined || bytes.subarray(0, binaryProbe).includes(0) ? undefined : bytes.toString('utf8');
    },
  };
}

function batches(all: readonly Wanted[]): Wanted[][] {
  const made: Wanted[][] = [];
  let bytes = Infinity;
  for (const wanted of all) {
    if (bytes + wanted.entry.size > batchBytes) {
      made.push([]);
      bytes = 0;
    }
    made.at(-1)?.push(wanted);
    bytes += wanted.entry.size;
  }
  return made;
}
