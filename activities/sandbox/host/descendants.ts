import { readFileSync, readdirSync } from 'node:fs';

// More than any limit allows; a bomb must not hold up the watch.
const mostProcesses = 5_000;

/** A process and all that it started, as far as they still hang below it; empty where /proc does not tell (not Linux). */
export function descendants(root: number): number[] {
  const found = [root];
  for (const pid of found) {
    if (found.length > mostProcesses) break;
    found.push(...children(pid));
  }
  return found;
}

/** Bytes of memory that these processes hold for themselves; memory that they share with one another counts once. */
export function memoryInUse(pids: readonly number[]): number {
  let own = 0;
  let shared = 0;
  for (const pid of pids) {
    const status = read(`/proc/${pid}/status`);
    own += kibibytes(status, 'RssAnon');
    shared = Math.max(shared, kibibytes(status, 'RssShmem'));
  }
  return (own + shared) * 1024;
}

function children(pid: number): number[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const lists = threads.map((thread) => read(`/proc/${pid}/task/${thread}/children`));
    return lists.flatMap((list) => list.split(' ')).flatMap((text) => (text.trim() === '' ? [] : [Number(text)]));
  } catch {
    return [];
  }
}

function kibibytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
