import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import getPort from 'get-port';
import { failure } from '../schemas/failures.ts';
import { waitForServer } from './health.ts';
import { endProcess } from './process.ts';
import { serverArguments, type Profile } from './profiles.ts';
import { engineFolder, readPorts, removeState, writePorts, writeState, type EngineState, type Ports } from './state.ts';

export type StartServer = { home: string; cli: string; profile: Profile; signal?: AbortSignal | undefined };

// Temporal's usual ports first, so that its CLI and Web UI work without arguments.
const usualPorts: Ports = { port: 7233, uiPort: 8233 };
const logLimit = 10 * 2 ** 20;
// Cold disks and busy machines; a healthy start takes about a second.
const startWithin = 60_000;

/** Starts the embedded server and waits until it answers. `EngineUnavailable` with the end of its log when it does not. */
export async function startServer(request: StartServer): Promise<{ state: EngineState; version: string }> {
  // A port can be taken between the look and the start: ours, which is an error, or one that the server takes inside, which is a panic.
  const portLost = /can't set|address already in use|^panic:/m;
  for (let attempt = 1; ; attempt++) {
    setUnfinishedDatabaseAside(request.home);
    try {
      return await tryStart(request);
    } catch (error) {
      if (attempt === 3 || !portLost.test(String(error))) throw error;
    }
  }
}

async function tryStart({ home, cli, profile, signal }: StartServer): Promise<{ state: EngineState; version: string }> {
  const folder = engineFolder(home);
  const ports = await choosePorts(readPorts(home) ?? usualPorts);
  const address = `127.0.0.1:${ports.port}`;
  const log = openLog(join(folder, 'engine.log'));

  // The database is named relative to the folder: SQLite reads `?` and `%` of a longer path as an address.
  const server = spawn(cli, serverArguments({ database: databaseName, profile, ...ports }), {
    cwd: folder,
    // A group of its own: Ctrl-C in the terminal must reach the workers first, the server last.
    detached: true,
    stdio: ['ignore', log.descriptor, log.descriptor],
  });
  closeSync(log.descriptor);
  const failed = new Promise<string>((resolve) => {
    server.once('error', (error) => resolve(error.message));
    server.once('exit', (code, how) => resolve(`it ended with ${how ?? `code ${code}`}`));
  });
  if (server.pid === undefined) throw failure('EngineUnavailable', `${cli} did not start: ${await failed}`);
  server.unref();
  const state: EngineState = {
    pid: server.pid,
    address,
    uiAddress: `127.0.0.1:${ports.uiPort}`,
    profile,
    startedAt: new Date().toISOString(),
    users: [],
  };
  writeState(home, state);

  const ended = () => server.exitCode !== null || server.signalCode !== null;
  const answer = await waitForServer({ address, timeoutMs: startWithin, gone: ended, signal }).catch((error: unknown) => ({ error }));
  if (answer && 'version' in answer && !ended()) {
    writePorts(home, ports);
    return { state, version: answer.version };
  }
  const why = ended() ? await failed : 'it did not answer in time';
  await endProcess(server.pid, 2_000);
  removeState(home);
  signal?.throwIfAborted();
  throw failure('EngineUnavailable', `The Temporal server did not start: ${why}. End of ${log.path}:\n${log.tail()}`);
}

const databaseName = 'temporal.db';

// The tables are made when the file is new. A start that was killed in the middle of that would leave half of them for ever.
function setUnfinishedDatabaseAside(home: string): void {
  const folder = engineFolder(home);
  if (readPorts(home) || !existsSync(join(folder, databaseName))) return;
  for (const suffix of ['', '-wal', '-shm']) {
    const path = join(folder, `${databaseName}${suffix}`);
    if (existsSync(path)) renameSync(path, join(folder, `unfinished-${Date.now()}.db${suffix}`));
  }
}

async function choosePorts(wanted: Ports): Promise<Ports> {
  const host = '127.0.0.1';
  const port = (await isFree(wanted.port)) ? wanted.port : await getPort({ host });
  const uiPort = (await isFree(wanted.uiPort)) ? wanted.uiPort : await getPort({ host, exclude: [port] });
  return { port, uiPort };
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  try {
    probe.listen(port, '127.0.0.1');
    await once(probe, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    probe.close();
  }
}

function openLog(path: string): { path: string; descriptor: number; tail(): string } {
  if (existsSync(path) && statSync(path).size > logLimit) renameSync(path, `${path}.1`);
  const from = existsSync(path) ? statSync(path).size : 0;
  const tail = () => {
    const lines = readFileSync(path).subarray(from).toString('utf8').trim().split('\n');
    // What a panic is about stands above its stack.
    const panic = lines.findIndex((line) => line.startsWith('panic:'));
    return (panic < 0 ? lines.slice(-8) : lines.slice(panic, panic + 8)).join('\n');
  };
  return { path, descriptor: openSync(path, 'a', 0o600), tail };
}
