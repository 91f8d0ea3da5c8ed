import { randomUUID } from 'node:crypto';
import { Connection, type ConnectionOptions } from '@temporalio/client';
import { foreignServer, reachForeign } from './foreign.ts';
import { waitForServer } from './health.ts';
import { withEngineLock, type Waiting } from './lock.ts';
import { prepareNamespace } from './namespace.ts';
import { obtainTemporalCli } from './obtain.ts';
import { commandLine, endProcess } from './process.ts';
import type { Profile } from './profiles.ts';
import { keepRunsLongEnough } from './retention.ts';
import { startServer } from './start.ts';
import { liveUsers, readLiveState, removeState, writeState, type EngineState } from './state.ts';

/** A Temporal server that answers and whose namespace is prepared. */
export type Engine = Readonly<{
  address: string;
  namespace: string;
  /** Web UI of an embedded engine. */
  uiUrl: string | undefined;
  /** For `Connection.connect` and `NativeConnection.connect`: the address, and for a foreign server its TLS, API key and headers. */
  connectionOptions: ConnectionOptions;
  /** True when this process started the embedded engine, or took over one whose processes have all died. */
  owned: boolean;
  version: string;
  /** Leaves the engine; the last process that leaves an embedded one stops it. Never touches a foreign server. */
  stop(): Promise<void>;
}>;

export type EngineRequest = Waiting & {
  home: string;
  temporalCli?: string | undefined;
  /** Default: what already runs, else `durable`. */
  profile?: Profile | undefined;
  env: Record<string, string | undefined>;
};

/** Joins the server that the environment names, or the running engine of this home, or starts one. `EngineUnavailable` when none can be had. */
export async function joinOrStartEngine(request: EngineRequest): Promise<Engine> {
  const foreign = foreignServer(request.env);
  if (foreign) {
    const { version } = await reachForeign(foreign);
    await prepare(foreign.connectionOptions, foreign.namespace, false);
    return { ...foreign, uiUrl: undefined, owned: false, version, stop: async () => undefined };
  }

  const id = randomUUID();
  const { state, version, owned } = await withEngineLock(request.home, request, async () => {
    const running = (await joinRunning(request)) ?? (await startNew(request));
    const users = await liveUsers(running.state);
    const joined = { ...running.state, users: [...users, { pid: process.pid, id }] };
    writeState(request.home, joined);
    await prepare({ address: joined.address }, embeddedNamespace, true);
    return { state: joined, version: running.version, owned: users.length === 0 };
  });
  return {
    address: state.address,
    namespace: embeddedNamespace,
    uiUrl: `http://${state.uiAddress}`,
    connectionOptions: { address: state.address },
    owned,
    version,
    stop: () => leave(request, id),
  };
}

/** Address of the engine that already runs for this home, without joining it: for commands that only look. */
export async function findRunningEngine(home: string): Promise<{ address: string; namespace: string; uiUrl: string } | undefined> {
  const state = await readLiveState(home);
  return state && { address: state.address, namespace: embeddedNamespace, uiUrl: `http://${state.uiAddress}` };
}

const embeddedNamespace = 'default';
// Long enough for open connections to be closed in order; data is safe either way.
const stopGraceMs = 10_000;

type Running = { state: EngineState; version: string };

async function joinRunning({ home, profile, progress, signal }: EngineRequest): Promise<Running | undefined> {
  const state = await readLiveState(home);
  if (!state) return undefined;
  const gone = async () => (await commandLine(state.pid)) === '';
  const answer = await waitForServer({ address: state.address, timeoutMs: 20_000, gone, signal });
  if (!answer) {
    progress(`the engine at ${state.address} does not answer; starting it again`);
    await endProcess(state.pid, 2_000);
    removeState(home);
    return undefined;
  }
  if (profile && state.profile !== profile)
    progress(`the running engine has the profile ${state.profile}; ${profile} takes effect when it is stopped`);
  return { state, version: answer.version };
}

async function startNew(request: EngineRequest): Promise<Running> {
  const cli = await obtainTemporalCli(request);
  request.progress(`starting the Temporal server (${cli})`);
  return await startServer({ ...request, cli, profile: request.profile ?? 'durable' });
}

async function prepare(options: ConnectionOptions, namespace: string, embedded: boolean): Promise<void> {
  const connection = await Connection.connect(options);
  try {
    await prepareNamespace(connection, namespace);
    if (embedded) await keepRunsLongEnough(connection, namespace);
  } finally {
    await connection.close();
  }
}

async function leave({ home, progress }: EngineRequest, id: string): Promise<void> {
  await withEngineLock(home, { progress }, async () => {
    const state = await readLiveState(home);
    if (!state?.users.some((user) => user.id === id)) return;
    const users = (await liveUsers(state)).filter((user) => user.id !== id);
    if (users.length > 0) return writeState(home, { ...state, users });
    await endProcess(state.pid, stopGraceMs);
    removeState(home);
  });
}
