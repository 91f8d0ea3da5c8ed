import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ProcessEntry, processTable } from './processTable.ts';

/** Environment variable that names the release in each of its processes. */
const markerVariable = 'MAINSTAY_RELEASE';

export type ManagedProcess = {
  key: string;
  /** Shell line. */
  command: string;
  folder: string;
  env: Readonly<Record<string, string>>;
  logFile: string;
  /** Receives the exit code when the command ends by itself. */
  exitFile: string;
};

// The shell stays above the command: it keeps the marker even where a program overwrites its own environment with a
// title, and it writes down the exit code when nobody of ours is there to wait for it.
const leader = 'sh -c "$1"; code=$?; echo "$code" > "$2.part"; mv "$2.part" "$2"; exit "$code"';

/** Starts a command in a process group of its own that outlives this process; answers its mark `pid@start`. */
export async function launch({ key, command, folder, env, logFile, exitFile }: ManagedProcess): Promise<string> {
  await rm(exitFile, { force: true });
  const log = openSync(logFile, 'a', 0o600);
  try {
    const child = spawn('/bin/sh', ['-c', leader, 'mainstay', command, exitFile], {
      cwd: folder,
      detached: true,
      env: { ...env, [markerVariable]: key },
      stdio: ['ignore', log, log],
    });
    await once(child, 'spawn');
    child.unref();
    const entry = (await processTable()).find(({ pid }) => pid === child.pid);
    return entry ? markOf(entry) : `${child.pid}@ended`;
  } finally {
    closeSync(log);
  }
}

/** Mark of the leading process that runs under the key; undefined: it does not run. */
export async function findLeader(key: string): Promise<(ProcessEntry & { mark: string }) | undefined> {
  const entry = (await marked(key)).find(({ pid, group }) => pid === group);
  return entry && { ...entry, mark: markOf(entry) };
}

// A service that shuts down cleanly gets this long for the requests it is serving.
const stopGrace = 8_000;

/** Ends all processes of the key and of their groups: SIGTERM, then SIGKILL. Safe when none runs. */
export async function stopAll(key: string, mark?: string, grace = stopGrace): Promise<void> {
  const deadline = Date.now() + grace;
  const groups = new Set(await orphanedGroup(mark));
  let asked = false;
  for (;;) {
    const table = await processTable();
    for (const entry of table) if (isMarked(entry, key) && entry.pid === entry.group) groups.add(entry.group);
    const left = table.filter((entry) => entry.pid !== process.pid && (groups.has(entry.group) || isMarked(entry, key)));
    if (left.length === 0) return;
    const late = Date.now() > deadline;
    if (!asked || late) for (const { pid } of left) send(pid, late ? 'SIGKILL' : 'SIGTERM');
    asked = true;
    await sleep(50);
  }
}

/** Exit code that the command left; undefined: it still runs, or was ended from outside. */
export async function exitCodeOf(exitFile: string): Promise<number | undefined> {
  const text = await readFile(exitFile, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : Number(text);
}

/** The end of a log, at most `bytes`; '' when there is none. */
export async function tailOf(path: string, bytes = 4096): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (!file) return '';
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(bytes), position: Math.max(0, size - bytes) });
    return buffer.toString('utf8', 0, bytesRead).trimEnd();
  } finally {
    await file.close();
  }
}

// Children whose leader is gone and who overwrote their environment are known only by the group that the leader opened.
// As long as it has members, the kernel gives its number to no other process.
async function orphanedGroup(mark: string | undefined): Promise<number[]> {
  const pid = Number(mark?.split('@')[0]);
  if (!mark || !(pid > 1)) return [];
  const leader = (await processTable()).find((entry) => entry.pid === pid);
  return leader && markOf(leader) !== mark ? [] : [pid];
}

async function marked(key: string): Promise<ProcessEntry[]> {
  return (await processTable()).filter((entry) => isMarked(entry, key));
}

function isMarked({ environment }: ProcessEntry, key: string): boolean {
  return ` ${environment.replaceAll('\0', ' ')} `.includes(` ${markerVariable}=${key} `);
}

function markOf({ pid, startedAt }: ProcessEntry): string {
  return `${pid}@${startedAt}`;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
