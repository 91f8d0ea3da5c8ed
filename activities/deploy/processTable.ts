import { readFileSync, readdirSync } from 'node:fs';
import { execa } from 'execa';

/** A process of this machine. `startedAt` together with the pid never names two processes. */
export type ProcessEntry = { pid: number; group: number; startedAt: string; environment: string };

/** All processes that live (the dead that nobody has waited for are left out). Environments of other users are ''. */
export async function processTable(): Promise<ProcessEntry[]> {
  return process.platform === 'linux' ? linuxTable() : await psTable();
}

function linuxTable(): ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = readOrEmpty(`/proc/${name}/stat`);
      // https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: the name may hold anything, so count from its last bracket.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const [state, , group] = fields;
      if (!stat || state === 'Z' || state === 'X') return [];
      return [{ pid: Number(name), group: Number(group), startedAt: fields[19] ?? '', environment: readOrEmpty(`/proc/${name}/environ`) }];
    });
}

async function psTable(): Promise<ProcessEntry[]> {
  const { stdout } = await execa('ps', ['-Aww', '-E', '-o', 'pid=,pgid=,state=,lstart=,command=']);
  return stdout.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s(.*)$/.exec(line);
    if (!match || match[3]?.startsWith('Z')) return [];
    return [{ pid: Number(match[1]), group: Number(match[2]), startedAt: match[4] ?? '', environment: match[5] ?? '' }];
  });
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It ended while we looked, or belongs to somebody else.
    return '';
  }
}
