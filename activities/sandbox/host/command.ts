import { execa } from 'execa';
import { failure } from '../../../schemas/failures.ts';
import type { BoxResult } from '../box.ts';
import { armEnding } from '../ending.ts';
import { tapOutput } from '../output.ts';

export type HostCommand = {
  argv: readonly [string, ...string[]];
  cwd: string;
  env: Readonly<Record<string, string>>;
  timeoutMs: number;
  outputBytes: number;
  onOutput(chunk: string): void;
  signal: AbortSignal;
  /** Reaches every process of the command; `group` is its process group. Called with SIGKILL once more after its end, for what it left behind. */
  send(group: number, signal: 'SIGTERM' | 'SIGKILL'): void;
  /** Looked at several times a second; true ends the command. */
  tooMuchMemory(group: number): boolean;
};

// Often enough to stop a bomb before it fills a machine, seldom enough to cost nothing.
const memoryWatchMs = 250;

/** Runs a program of this machine in an own session. Rejects with `SandboxFailed` when it cannot start, and with the signal's reason on abort. */
export async function runOnHost(command: HostCommand): Promise<BoxResult> {
  command.signal.throwIfAborted();
  const startedAt = performance.now();
  const [file, ...args] = command.argv;
  const child = execa(file, args, {
    cwd: command.cwd,
    env: { ...command.env },
    extendEnv: false,
    stdin: 'ignore',
    buffer: false,
    reject: false,
    detached: true,
    cleanup: false,
  });
  const group = child.pid;

  const ending = armEnding({
    timeoutMs: command.timeoutMs,
    signal: command.signal,
    send: (signal) => group !== undefined && command.send(group, signal),
  });
  const tap = tapOutput({
    limitBytes: command.outputBytes,
    onOutput: (chunk) => command.onOutput(chunk),
    onFlood: () => ending.kill('output'),
  });
  child.stdout.on('data', (chunk: Buffer) => tap.stdout(chunk));
  child.stderr.on('data', (chunk: Buffer) => tap.stderr(chunk));
  // A daemon that it left behind may hold the pipes open for ever.
  child.nodeChildProcess.once('exit', () => group !== undefined && command.send(group, 'SIGKILL'));

  const watch = setInterval(() => {
    if (group !== undefined && command.tooMuchMemory(group)) ending.kill('memory');
  }, memoryWatchMs);

  try {
    const ended = await child;
    command.signal.throwIfAborted();
    if (group === undefined) {
      throw failure('SandboxFailed', `${file} could not be started: ${ended instanceof Error ? ended.message : 'no process id'}`);
    }
    return {
      exitCode: ended.exitCode ?? null,
      endedBy: ending.reason(),
      ...tap.end(),
      durationMs: Math.round(performance.now() - startedAt),
    };
  } finally {
    clearInterval(watch);
    ending.stop();
  }
}
