import { readBlobs } from './blobs.ts';
import { listEntries, type TreeEntry } from './entries.ts';
import type { Git } from './git.ts';
import type { FileTree } from './tree.ts';

const defaultMaxBytes = 2 ** 20;
const batchBytes = 64 * 2 ** 20;
const binaryProbe = 8000;
/** What is read ahead: manifests and settings are small and near the root, and whoever looks at a project asks for many, one by one. */
const near = { folders: 2, fileBytes: 64 * 2 ** 10, totalBytes: 4 * 2 ** 20 };

type Wanted = { entry: TreeEntry; answer: PromiseWithResolvers<Buffer | undefined> };

/** The files of a commit, read from the repository without a checkout. Reads that are asked for together share one git process. */
export function readCommit(git: Git, commit: string): FileTree {
  let entries: Promise<Map<string, TreeEntry>> | undefined;
  let ahead: Promise<Map<string, Buffer>> | undefined;
  let waiting: Wanted[] = [];

  function files() {
    entries ??= listEntries(git, commit).then(
      (all) => new Map(all.filter(({ kind }) => kind === 'file').map((entry) => [entry.path, entry])),
    );
    return entries;
  }

  async function readAhead(): Promise<Map<string, Buffer>> {
    const chosen = nearRoot([...(await files()).values()]);
    const contents = await readBlobs(
      git,
      chosen.map(({ id }) => id),
    );
    return new Map(chosen.flatMap(({ id }, i) => (contents[i] === undefined ? [] : [[id, contents[i]]])));
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
      ahead ??= readAhead();
      const bytes = (await ahead).get(entry.id) ?? (await content(entry));
      return bytes === undefined || bytes.subarray(0, binaryProbe).includes(0) ? undefined : bytes.toString('utf8');
    },
  };
}

function nearRoot(entries: readonly TreeEntry[]): TreeEntry[] {
  let bytes = 0;
  return entries.filter(({ path, size }) => {
    if (size > near.fileBytes || path.split('/').length > near.folders + 1 || bytes + size > near.totalBytes) return false;
    bytes += size;
    return true;
  });
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
