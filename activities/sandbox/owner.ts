import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Names this process so that no later process with the same number is taken for it: `<hostname>:<pid>:<start time>`. */
export function thisOwner(): string {
  return `${hostname()}:${process.pid}:${startTime(process.pid) ?? '0'}`;
}

/** False when the owning process of this machine has ended. An owner on another machine cannot be asked and counts as alive. */
export function ownerIsAlive(owner: string): boolean {
  const [started = '', pid = '', ...host] = owner.split(':').reverse();
  if (host.reverse().join(':') !== hostname()) return true;
  const id = Number(pid);
  if (!Number.isInteger(id) || id <= 0) return false;
  const now = startTime(id);
  return now === undefined ? started === '0' && answersSignals(id) : now === started;
}

/** Start time in clock ticks since boot, from `/proc/<pid>/stat`; undefined when there is no such process or no /proc. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name may hold spaces and parentheses; the fields are counted after its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function answersSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
