import { PassThrough, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type Dockerode from 'dockerode';
import { boxUser } from './archive.ts';

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
  const { container } = execution;
  const exec = await container.exec({
    Cmd: [...execution.argv],
    Env: Object.entries(execution.env ?? {}).map(([name, value]) => `${name}=${value}`),
    User: execution.user === 'root' ? '0:0' : `${boxUser}:${boxUser}`,
    WorkingDir: execution.directory ?? '/',
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: true, stdin: false });
  container.modem.demuxStream(
    stream,
    sink((chunk) => execution.stdout(chunk)),
    sink((chunk) => execution.stderr?.(chunk)),
  );
  const cut = () => setTimeout(() => stream.destroy(), lastOutputMs).unref();
  if (execution.killed?.aborted) cut();
  else execution.killed?.addEventListener('abort', cut, { once: true });
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
