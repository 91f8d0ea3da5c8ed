import { readFileSync } from 'node:fs';

// The kernel counts in pages; 4 KiB wherever Node's binaries run, and too small a guess only ends a bomb later.
const pageBytes = 4096;

/** Resident memory of these processes without what they share with files, in bytes. */
export function residentBytes(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + ownPages(pid) * pageBytes, 0);
}

function ownPages(pid: number): number {
  try {
    const [, resident = 0, shared = 0] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ').map(Number);
    return Math.max(0, resident - shared);
  } catch {
    return 0;
  }
}
