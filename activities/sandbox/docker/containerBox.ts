import { posix } from 'node:path';
import type Dockerode from 'dockerode';
import { failure } from '../../../schemas/failures.ts';
import type { Box, BoxCommand, BoxProcess, BoxRequest, BoxResult } from '../box.ts';
import { type Ending, armEnding } from '../ending.ts';
import { inWorkspace } from '../host/files.ts';
import { type OutputTap, tapOutput } from '../output.ts';
import { attach, capture, execute } from './execute.ts';
import { containerFiles, workspaceRoot } from './files.ts';
import { memoryKills } from './memory.ts';

// What a command leaves running has no place in the next one. The trap lets it finish its clean-up after a SIGTERM.
const wrapper = 'trap : TERM; cd -- "$0" || exit 126; unset OLDPWD; "$@"; code=$?; kill -KILL -1; exit $code';

/** A box in a started container that has the workspace. Its commands run one after another. */
export function containerBox(
  request: BoxRequest,
  place: { container: Dockerode.Container; env: Record<string, string>; notices: string[] },
): Box {
  const { container } = place;
  const state = { running: true, closed: false, memoryKills: 0 };
  let last: Promise<unknown> = Promise.resolve();
  let process: Pick<BoxProcess, 'kill' | 'exited'> | undefined;

  async function running(): Promise<Dockerode.Container> {
    if (state.closed) throw failure('SandboxFailed', 'the sandbox has been closed');
    if (!state.running || !(await container.inspect()).State.Running) {
      await container.start();
      state.running = true;
      state.memoryKills = 0;
    }
    return container;
  }

  // Killing the container is the one end that a fork bomb cannot outrun; the next command starts it again.
  async function kill(): Promise<void> {
    state.running = false;
    await container.kill().catch(() => undefined);
  }

  /** What watches over one command: its ends, its output, and the signal that the container was killed. */
  function watch(command: BoxCommand): { ending: Ending; tap: OutputTap; killed: AbortController; killing(): Promise<void> | undefined } {
    const killed = new AbortController();
    let killing: Promise<void> | undefined;
    const ending = armEnding({
      timeoutMs: command.timeoutMs,
      signal: request.signal,
      send(signal) {
        if (signal === 'SIGKILL') killing ??= kill().then(() => killed.abort());
        else void capture(container, ['sh', '-c', 'kill -TERM -1'], 1024).catch(() => undefined);
      },
    });
    const tap = tapOutput({
      limitBytes: request.limits.outputBytes,
      onOutput: (chunk) => request.onOutput(chunk),
      onFlood: () => ending.kill('output'),
    });
    return { ending, tap, killed, killing: () => killing };
  }

  function enter(command: BoxCommand): { argv: string[]; env: Record<string, string> } {
    const line = typeof command.command === 'string' ? ['sh', '-c', command.command] : command.command;
    const directory = posix.join(workspaceRoot, inWorkspace(command.directory || '.'));
    return { argv: ['sh', '-c', wrapper, directory, ...line], env: { ...place.env, ...command.env } };
  }

  async function runNow(command: BoxCommand): Promise<BoxResult> {
    request.signal.throwIfAborted();
    await running();
    const startedAt = performance.now();
    const { ending, tap, killed, killing } = watch(command);
    try {
      const exitCode = await execute({
        container,
        ...enter(command),
        stdout: (chunk) => tap.stdout(chunk),
        stderr: (chunk) => tap.stderr(chunk),
        killed: killed.signal,
      });
      await killing();
      request.signal.throwIfAborted();
      const durationMs = Math.round(performance.now() - startedAt);
      const endedBy = ending.reason() ?? (exitCode === 0 ? undefined : await memoryReason());
      return { exitCode: endedBy ? null : exitCode, endedBy, ...tap.end(), durationMs };
    } finally {
      ending.stop();
    }
  }

  async function startNow(command: BoxCommand): Promise<BoxProcess> {
    request.signal.throwIfAborted();
    await running();
    const { ending, tap, killed, killing } = watch(command);
    const attached = await attach({ container, ...enter(command), stderr: (chunk) => tap.stderr(chunk), killed: killed.signal }).catch(
      (error: unknown) => {
        ending.stop();
        throw error;
      },
    );
    let over = false;
    const exited = attached.exited.then(async (exitCode) => {
      over = true;
      ending.stop();
      await killing();
      const endedBy = ending.reason() ?? (exitCode === 0 ? undefined : await memoryReason().catch(() => undefined));
      return { exitCode: endedBy ? null : exitCode, endedBy };
    });
    // Later it would hit the container under the next command.
    const kill = () => {
      if (!over) ending.kill('signal');
    };
    process = { kill, exited };
    return { ...attached, stderr: () => tap.end().tail, exited, kill };
  }

  async function memoryReason(): Promise<'memory' | undefined> {
    const { State } = await container.inspect();
    if (!State.Running) return State.OOMKilled ? 'memory' : undefined;
    const kills = (await memoryKills(container)) ?? 0;
    const more = kills > state.memoryKills;
    state.memoryKills = kills;
    return more ? 'memory' : undefined;
  }

  async function inTurn<T>(work: () => Promise<T>, until: (done: T) => Promise<unknown>): Promise<T> {
    const turn = last.then(work);
    last = turn.then(until).catch(() => undefined);
    return await turn.catch((error: unknown) => {
      request.signal.throwIfAborted();
      throw asSandboxFailure(error);
    });
  }

  async function run(command: BoxCommand): Promise<BoxResult> {
    return await inTurn(
      () => runNow(command),
      async () => undefined,
    );
  }

  async function start(command: BoxCommand): Promise<BoxProcess> {
    return await inTurn(
      () => startNow(command),
      (process) => process.exited,
    );
  }

  async function close(): Promise<void> {
    if (state.closed) return;
    state.closed = true;
    process?.kill();
    await removeContainer(container);
  }

  return { isolation: 'docker', notices: place.notices, root: workspaceRoot, run, start, close, ...containerFiles(running) };
}

/** Ends and removes a container with its volumes; one that is gone already is no error. */
export async function removeContainer(container: Dockerode.Container): Promise<void> {
  await container.remove({ force: true, v: true }).catch((error: unknown) => {
    if (!isStatus(error, 404) && !isStatus(error, 409)) throw asSandboxFailure(error);
  });
}

/** Errors of the daemon as `SandboxFailed`; failures of ours as they are. */
export function asSandboxFailure(error: unknown): Error {
  if (error instanceof Error && error.name === 'ApplicationFailure') return error;
  return failure('SandboxFailed', `Docker: ${error instanceof Error ? error.message : String(error)}`, undefined, error);
}

/** True for an error answer of the daemon with this HTTP status. */
export function isStatus(error: unknown, status: number): boolean {
  return error instanceof Error && 'statusCode' in error && error.statusCode === status;
}
