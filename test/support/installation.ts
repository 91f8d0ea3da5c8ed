import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { stopRelease, listReleases } from '../../activities/deploy/inService.ts';
import { endProcess } from '../../engine/process.ts';

const main = fileURLToPath(new URL('../../client/cli/main.ts', import.meta.url));

export type Finished = { code: number | null; stdout: string; stderr: string };

/** A Mainstay of its own in a temporary home: real processes of the command line, which a test may kill. */
export async function openInstallation() {
  const home = await mkdtemp(join(tmpdir(), 'mainstay-home-'));
  const children = new Set<ChildProcess>();
  const env = { ...process.env, MAINSTAY_HOME: home, NO_COLOR: '1' };
  delete (env as Record<string, string | undefined>)['TEMPORAL_ADDRESS'];

  const spawnCli = (args: string[], extra: Record<string, string> = {}) => {
    const child = spawn(process.execPath, [main, ...args], { env: { ...env, ...extra }, stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(child);
    child.on('exit', () => children.delete(child));
    return child;
  };
  const engineState = async () =>
    JSON.parse(await readFile(join(home, 'engine', 'engine.json'), 'utf8')) as { pid: number; address: string };

  return {
    home,
    /** Runs a verb to its end. */
    async run(args: string[], extra?: Record<string, string>): Promise<Finished> {
      const child = spawnCli(args, extra);
      const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
      const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
      return { code, stdout: stdout(), stderr: stderr() };
    },
    /** Starts a verb and answers once it has printed `ready`. */
    async start(args: string[], ready: RegExp, extra?: Record<string, string>): Promise<ChildProcess> {
      const child = spawnCli(args, extra);
      const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
      await new Promise<void>((resolve, reject) => {
        child.stdout?.on('data', () => ready.test(stdout()) && resolve());
        child.on('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}: ${stderr()}`)));
      });
      return child;
    },
    engineState,
    async client(): Promise<{ client: Client; close(): Promise<void> }> {
      const connection = await Connection.connect({ address: (await engineState()).address });
      return { client: new Client({ connection }), close: () => connection.close() };
    },
    /** Kills everything that was started, the engine and its releases too, and removes the home. */
    async close(): Promise<void> {
      for (const child of children) await kill(child);
      for (const { slug, environment } of await listReleases(home)) await stopRelease({ home, slug, environment });
      const engine = await engineState().catch(() => undefined);
      if (engine) await endProcess(engine.pid, 5_000).catch(() => undefined);
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export type Installation = Awaited<ReturnType<typeof openInstallation>>;

/** `kill -9`, and waits until it is gone. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

function text(stream: NodeJS.ReadableStream | null): () => string {
  const pieces: string[] = [];
  stream?.setEncoding('utf8').on('data', (piece: string) => pieces.push(piece));
  return () => pieces.join('');
}
