import type { Client } from '@temporalio/client';
import type { ArtifactStore } from '../../activities/lib/workbench.ts';
import type { Config } from '../../config/config.ts';
import type { Credentials } from '../../repository/credentials.ts';
import type { Agent } from '../../schemas/names.ts';
import type { Env, Terminal } from './terminal.ts';

/** A connection to the server in force, and what this process can do around it. */
export type Session = {
  client: Client;
  /** True for the embedded server; then this process may serve runs itself. */
  embedded: boolean;
  address: string;
  /** Web UI of the server, without a slash at the end; absent where it is not known. */
  uiUrl?: string;
  /** Starts workers in this process, once; later calls do nothing. */
  serve: (wish?: Serving) => Promise<void>;
  /** Starts the gateway in this process, once. `fallback`: takes a free port where the usual one is taken and none was asked for. */
  listen: (options?: { fallback?: boolean }) => Promise<{ url: string; notes: string[] }>;
  /** Settles when a worker of this process ends by itself; rejects when it broke. */
  readonly served: Promise<void>;
  /** Drains the workers, closes the connection, leaves the server (the last one out stops it). */
  close(): Promise<void>;
};

/** Default: all agents and the flows. */
export type Serving = { agents?: readonly Agent[]; flows?: boolean };

/** What composes engine, workers and client into one process; only `compose.ts` knows how. */
export type Composition = {
  open(options?: { profile?: 'durable' | 'fast' }): Promise<Session>;
  store(): Promise<ArtifactStore>;
  /** Path of the sample repository, made when missing. */
  sample(): Promise<string>;
  config(): Config;
  /** What opens private repositories: GitHub's, where it is configured. */
  credentials: Credentials;
  /** The server that would be used, looked for and not started. `obtainable`: it is not here and can be had by itself. */
  temporal(): Promise<{ found: boolean; detail?: string; obtainable: boolean }>;
};

/** What every command is given. */
export type Cli = {
  terminal: Terminal;
  env: Env;
  cwd: string;
  /** All of standard input as text; `InvalidInput` when there is none. */
  input: () => Promise<string>;
  composition: Composition;
  /** First interruption (Ctrl-C, SIGTERM) aborts it; the second ends the process at once. */
  interrupted: AbortSignal;
  /** The same as Ctrl-C, for prompts that take the key themselves. */
  interrupt: () => void;
  /** Exit code that the command chose. */
  outcome: { code: number };
};

/** Opens a session for as long as `work` takes. */
export async function withSession<T>(cli: Cli, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await cli.composition.open();
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
