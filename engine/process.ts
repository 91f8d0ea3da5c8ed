import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { execa } from 'execa';

/** The command line of a process; empty when there is none, or when it is dead and only waits to be reaped. */
export async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return text.replaceAll('\0', ' ').trim();
  }
  const { stdout } = await execa('ps', ['-o', 'args=', '-p', String(pid)], { reject: false });
  return stdout.includes('<defunct>') ? '' : stdout.trim();
}

/** Ends a process: SIGTERM, and SIGKILL when it has not ended after `graceMs`. Resolves when it is gone. */
export async function endProcess(pid: number, graceMs: number): Promise<void> {
  send(pid, 'SIGTERM');
  const killAt = Date.now() + graceMs;
  let killed = false;
  while ((await commandLine(pid)) !== '') {
    if (!killed && Date.now() > killAt) {
      send(pid, 'SIGKILL');
      killed = true;
    }
    await wait(20);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // Gone already is what we want.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
