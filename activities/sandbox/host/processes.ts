import { readFileSync, readdirSync } from 'node:fs';

/** Variable in the environment of every process of a box, by which all of them are found: `<box>.<run>`. */
export const boxVariable = 'MAINSTAY_BOX';

/** Ids of this machine's processes whose box marker is `marker` or begins with `marker.`; empty where there is no /proc. */
export function markedProcesses(marker: string): number[] {
  const start = Buffer.from(`${boxVariable}=${marker}`);
  return processIds().filter((pid) => carries(pid, start));
}

/** Sends to the process group and to every marked process. With SIGKILL it goes on until none is left, because they may fork meanwhile. */
export function signalMarked(target: { group?: number; marker: string }, signal: NodeJS.Signals): void {
  if (target.group !== undefined) sendTo(-target.group, signal);
  for (let round = 0; round < 50; round += 1) {
    const found = markedProcesses(target.marker);
    for (const pid of found) sendTo(pid, signal);
    if (found.length === 0 || signal !== 'SIGKILL') return;
  }
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function carries(pid: number, start: Buffer): boolean {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`);
    const at = environment.indexOf(start);
    if (at < 0 || (at > 0 && environment[at - 1] !== 0)) return false;
    const next = environment[at + start.length];
    return next === undefined || next === 0 || next === 0x2e;
  } catch {
    return false;
  }
}

/** Sends to one process, or to a group by its negative number; one that has ended is no error. */
export function sendTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
