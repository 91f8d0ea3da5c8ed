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

/** True when these processes together hold more memory of their own than the limit, in bytes. */
export function exceedsMemory(pids: readonly number[], limitBytes: number): boolean {
  if (sum(pids, (pid) => kibibytes(read(`/proc/${pid}/status`), 'RssAnon', 'RssShmem')) <= limitBytes) return false;
  // What children of a fork still share was counted for each; the exact figure costs the kernel more.
  return sum(pids, (pid) => kibibytes(read(`/proc/${pid}/smaps_rollup`), 'Pss_Anon', 'Pss_Shmem')) > limitBytes;
}

function sum(pids: readonly number[], kibibytesOf: (pid: number) => number): number {
  return pids.reduce((total, pid) => total + kibibytesOf(pid) * 1024, 0);
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

function kibibytes(text: string, ...fields: string[]): number {
  return fields.reduce((total, field) => total + Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0), 0);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
