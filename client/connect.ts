import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { failure } from '../schemas/failures.ts';

// A server on this machine answers in milliseconds, one far away in less than this.
const connectTimeout = '8 seconds';

/** Where a Temporal server answers: `options` as Temporal's environment configuration gives them (address, TLS, API key). */
export type ServerAddress = { options: ConnectionOptions; namespace: string };

/** A client of one namespace, and the way to let go of it. */
export type Connected = { client: Client; close: () => Promise<void> };

/** Connects to a Temporal server; `EngineUnavailable` names the address when nobody answers there. */
export async function connect({ options, namespace }: ServerAddress): Promise<Connected> {
  try {
    const connection = await Connection.connect({ connectTimeout, ...options });
    return { client: new Client({ connection, namespace }), close: () => connection.close() };
  } catch (error) {
    const address = options.address ?? 'localhost:7233';
    throw failure(
      'EngineUnavailable',
      `no Temporal server answers at ${address}: start it, or correct TEMPORAL_ADDRESS (unset it for the built-in server)`,
      { address },
      error,
    );
  }
}
