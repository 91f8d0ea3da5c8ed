import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Box, BoxProcess } from '../../../sandbox/box.ts';
import { type Channel, channelWindow, createChannel } from './channel.ts';
import { type Frame, brokenRelay, encodeFrame, frameKinds, frameReader } from './frames.ts';

/** A program to start in a box; `{origin}` in its texts becomes the address that it reaches the host's proxy by. */
export type RelayedProgram = {
  argv: readonly [string, ...string[]];
  env: Readonly<Record<string, string>>;
  /** Files in the box's home folder, outside the workspace. */
  files: Readonly<Record<string, string>>;
  /** Relative to the workspace. */
  directory?: string;
  timeoutMs: number;
  /** Called for each connection that the program opens. */
  onConnection(connection: Duplex): void;
};

export type Relay = {
  /** The program's standard input and output. */
  program: Duplex;
  stderr(): string;
  /** `exitCode` is the program's own, -1 when a signal ended it; null when the relay was ended under it. `broken`: the relay did not keep to its rules. Never rejects. */
  exited: Promise<{ exitCode: number | null; endedBy?: Awaited<BoxProcess['exited']>['endedBy']; broken?: Error }>;
  kill(): void;
};

/** Connections at the same time; more are refused inside the box. */
const mostConnections = 128;
/** Bytes that may wait for a box that does not read: twice what all channels together may send. */
const mostWaiting = 64 * 2 ** 20;
// All its processes are dead then; what they wrote last arrives at once or never.
const lastOutputMs = 1_000;
const script = readFileSync(new URL('./inside.mjs', import.meta.url), 'utf8');

/** Starts a program in a box that has no network, with one way out: connections to `{origin}`, which arrive at `onConnection`. Needs the box's Node. */
export async function startRelayed(box: Box, program: RelayedProgram): Promise<Relay> {
  const { argv, env, files } = program;
  const settings = { argv, env, files, window: channelWindow, connections: mostConnections };
  const process = await box.start({
    command: ['node', '--input-type=module', '-e', script, '--', JSON.stringify(settings)],
    directory: program.directory,
    timeoutMs: program.timeoutMs,
  });
  const channels = new Map<number, Channel>();
  const end: { exitCode: number | null; broken?: Error } = { exitCode: null };
  let newest = 0;

  function breakOff(error: unknown): void {
    end.broken ??= error instanceof Error ? error : brokenRelay(String(error));
    process.kill();
  }

  function add(number: number): Duplex {
    const channel = createChannel((kind, payload) => {
      if (!process.stdin.writable) return;
      process.stdin.write(encodeFrame(kind, number, payload));
      if (process.stdin.writableLength > mostWaiting) breakOff(brokenRelay('it does not read'));
    });
    channels.set(number, channel);
    channel.stream.once('close', () => channels.delete(number));
    return channel.stream;
  }

  function open(number: number): void {
    // One more than allowed: the box learns of a closed connection later than the host.
    if (number !== newest + 1 || channels.size > 2 * mostConnections) throw brokenRelay('it opened connections out of turn');
    newest = number;
    program.onConnection(add(number));
  }

  function take({ kind, channel, payload }: Frame): void {
    if (kind === frameKinds.open) open(channel);
    else if (kind === frameKinds.exit && payload.length === 4) end.exitCode = payload.readInt32BE();
    else channels.get(channel)?.take(kind, payload);
  }

  const own = add(0);
  const read = frameReader(take);
  process.stdout.on('data', (chunk: Buffer) => {
    if (end.broken) return;
    try {
      read(chunk);
    } catch (error) {
      breakOff(error);
    }
  });
  const exited = process.exited.then(async ({ endedBy }) => {
    const lastOutput = AbortSignal.timeout(lastOutputMs);
    await finished(process.stdout, { signal: lastOutput }).catch(() => undefined);
    channels.get(0)?.take(frameKinds.end, Buffer.alloc(0));
    for (const { stream } of channels.values()) if (stream !== own) stream.destroy();
    return { exitCode: end.exitCode, endedBy, broken: end.broken };
  });
  return { program: own, stderr: () => process.stderr(), exited, kill: () => process.kill() };
}
