import { type Duplex, PassThrough, type Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type Dockerode from 'dockerode';
import { boxUser } from './archive.ts';
import { partOutput } from './partOutput.ts';

export type Execution = {
  container: Dockerode.Container;
  argv: readonly string[];
  env?: Readonly<Record<string, string>>;
  directory?: string;
  /** `root` has no capabilities either; it only owns the image's own files. */
  user?: 'root' | 'box';
  stdout(chunk: Buffer): void;
  stderr?(chunk: Buffer): void;
  /** Aborted when the container was killed: not every runtime then closes the connection. */
  killed?: AbortSignal;
};

// Time for the last output of a killed container to arrive.
const lastOutputMs = 1_000;

/** Runs a program in a running container; resolves with its exit code, null when the container was ended under it. */
export async function execute(execution: Execution): Promise<number | null> {
  const exec = await create(execution, false);
  const stream = await exec.start({ hijack: true, stdin: false });
  execution.container.modem.demuxStream(
    stream,
    sink((chunk) => execution.stdout(chunk)),
    sink((chunk) => execution.stderr?.(chunk)),
  );
  return await ended(exec, stream, execution.killed);
}

/** Starts a program in a running container to speak with it. `exited` as `execute` resolves. */
export async function attach(
  execution: Omit<Execution, 'stdout'>,
): Promise<{ stdin: Writable; stdout: Readable; exited: Promise<number | null> }> {
  const exec = await create(execution, true);
  const stream = await exec.start({ hijack: true, stdin: true });
  // Writing to a program that has ended is seen by its end.
  stream.on('error', () => undefined);
  const stdout = partOutput(stream, (chunk) => execution.stderr?.(chunk));
  return { stdin: stream, stdout, exited: ended(exec, stream, execution.killed) };
}

async function create(execution: Omit<Execution, 'stdout'>, stdin: boolean): Promise<Dockerode.Exec> {
  return await execution.container.exec({
    Cmd: [...execution.argv],
    Env: Object.entries(execution.env ?? {}).map(([name, value]) => `${name}=${value}`),
    User: execution.user === 'root' ? '0:0' : `${boxUser}:${boxUser}`,
    WorkingDir: execution.directory ?? '/',
    AttachStdin: stdin,
    AttachStdout: true,
    AttachStderr: true,
  });
}

async function ended(exec: Dockerode.Exec, stream: Duplex, killed: AbortSignal | undefined): Promise<number | null> {
  const cut = () => setTimeout(() => stream.destroy(), lastOutputMs).unref();
  if (killed?.aborted) cut();
  else killed?.addEventListener('abort', cut, { once: true });
  // A killed container resets the connection; the exit code then says that it was ended.
  await finished(stream, { writable: false }).catch(() => undefined);
  return await exec.inspect().then(
    (state) => state.ExitCode,
    () => null,
  );
}

/** Runs a small program of ours and answers what it prints, at most `maxBytes`; undefined when it fails or prints more. */
export async function capture(container: Dockerode.Container, argv: readonly string[], maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  const exitCode = await execute({
    container,
    argv,
    stdout(chunk) {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
    },
  });
  return exitCode === 0 && size <= maxBytes ? Buffer.concat(chunks) : undefined;
}

/** Starts a program of ours and answers its output as a stream, for what is too large for memory. */
export async function stream(container: Dockerode.Container, argv: readonly string[]): Promise<PassThrough> {
  const exec = await container.exec({
    Cmd: [...argv],
    User: `${boxUser}:${boxUser}`,
    WorkingDir: '/',
    AttachStdout: true,
    AttachStderr: true,
  });
  const raw = await exec.start({ hijack: true, stdin: false });
  const out = new PassThrough();
  container.modem.demuxStream(
    raw,
    out,
    sink(() => undefined),
  );
  finished(raw, { writable: false }).then(
    () => out.end(),
    (error: Error) => out.destroy(error),
  );
  out.once('close', () => raw.destroy());
  return out;
}

function sink(take: (chunk: Buffer) => void): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      take(chunk);
      done();
    },
  });
}
