import { execa } from 'execa';
import { failure } from '../../../schemas/failures.ts';
import type { BoxProcess, BoxResult } from '../box.ts';
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
  const startedAt = performance.now();
  const { child, ending } = launch(command, 'ignore');
  const tap = tapOutput({
    limitBytes: command.outputBytes,
    onOutput: (chunk) => command.onOutput(chunk),
    onFlood: () => ending.kill('output'),
  });
  child.stdout.on('data', (chunk: Buffer) => tap.stdout(chunk));
  child.stderr.on('data', (chunk: Buffer) => tap.stderr(chunk));
  try {
    const ended = await child;
    command.signal.throwIfAborted();
    if (child.pid === undefined) throw notStarted(command, ended);
    return {
      exitCode: ended.exitCode ?? null,
      endedBy: ending.reason(),
      ...tap.end(),
      durationMs: Math.round(performance.now() - startedAt),
    };
  } finally {
    ending.stop();
  }
}

/** Starts a program of this machine in an own session, to speak with it. Rejects as `runOnHost`. */
export async function startOnHost(command: HostCommand): Promise<BoxProcess> {
  const { child, ending } = launch(command, 'pipe');
  const tap = tapOutput({
    limitBytes: command.outputBytes,
    onOutput: (chunk) => command.onOutput(chunk),
    onFlood: () => ending.kill('output'),
  });
  child.stderr.on('data', (chunk: Buffer) => tap.stderr(chunk));
  // Writing to a program that has ended is seen by its end.
  child.stdin.on('error', () => undefined);
  if (child.pid === undefined) {
    ending.stop();
    throw notStarted(command, await child);
  }
  // The exit, as the end of output that nobody reads would never come.
  let over = false;
  const exited = new Promise<number | null>((resolve) => child.nodeChildProcess.once('exit', resolve)).then((exitCode) => {
    over = true;
    ending.stop();
    return { exitCode: ending.reason() ? null : exitCode, endedBy: ending.reason() };
  });
  // Later its number may belong to somebody else.
  const kill = () => {
    if (!over) ending.kill('signal');
  };
  return { stdin: child.stdin, stdout: child.stdout, stderr: () => tap.end().tail, exited, kill };
}

function launch<Input extends 'ignore' | 'pipe'>(command: HostCommand, stdin: Input) {
  command.signal.throwIfAborted();
  const [file, ...args] = command.argv;
  const child = execa(file, args, {
    cwd: command.cwd,
    env: { ...command.env },
    extendEnv: false,
    stdin,
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
  // A daemon that it left behind may hold the pipes open for ever.
  child.nodeChildProcess.once('exit', () => group !== undefined && command.send(group, 'SIGKILL'));
  const watch = setInterval(() => {
    if (group !== undefined && command.tooMuchMemory(group)) ending.kill('memory');
  }, memoryWatchMs);
  return {
    child,
    ending: {
      ...ending,
      stop() {
        clearInterval(watch);
        ending.stop();
      },
    },
  };
}

function notStarted({ argv }: HostCommand, ended: unknown): Error {
  return failure('SandboxFailed', `${argv[0]} could not be started: ${ended instanceof Error ? ended.message : 'no process id'}`);
}
