import { existsSync } from 'node:fs';
import { Connection, type ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { failure } from '../schemas/failures.ts';

export type ForeignServer = { address: string; namespace: string; connectionOptions: ConnectionOptions };

/**
 * The server that Temporal's own environment configuration names (TEMPORAL_ADDRESS, TEMPORAL_PROFILE, temporal.toml, with TLS and
 * API key); undefined when it names none. `InvalidInput` when it is contradictory.
 */
export function foreignServer(env: Record<string, string | undefined>): ForeignServer | undefined {
  const file = env['TEMPORAL_CONFIG_FILE'];
  if (file && !existsSync(file))
    throw failure('InvalidInput', `TEMPORAL_CONFIG_FILE: ${file} does not exist; correct the path or unset it`);

  const { connectionOptions, namespace } = readConfiguration(env);
  const address = connectionOptions.address;
  if (address) return { address, namespace: namespace ?? 'default', connectionOptions: { ...connectionOptions, address } };
  const profile = env['TEMPORAL_PROFILE'];
  if (profile) throw failure('InvalidInput', `TEMPORAL_PROFILE: the profile ${profile} has no address; add one, or set TEMPORAL_ADDRESS`);
  return undefined;
}

/** The version of a foreign server. `EngineUnavailable` names the address and the reason when it cannot be reached. */
export async function reachForeign(server: ForeignServer): Promise<{ version: string }> {
  try {
    const connection = await Connection.connect({ ...server.connectionOptions, connectTimeout: 5_000 });
    // Temporal Cloud does not tell everybody its version.
    const cluster = await connection.workflowService.getClusterInfo({}).catch(() => ({ serverVersion: 'unknown' }));
    await connection.close();
    return { version: cluster.serverVersion };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw failure(
      'EngineUnavailable',
      `No Temporal server answers at ${server.address}: ${reason}. Check TEMPORAL_ADDRESS, TLS and API key`,
    );
  }
}

function readConfiguration(env: Record<string, string | undefined>): ClientConnectConfig {
  const given = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const overrideEnvVars = Object.fromEntries(given.filter(([name, value]) => name !== 'TEMPORAL_ADDRESS' || value !== ''));
  try {
    return loadClientConnectConfig({ overrideEnvVars });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw failure('InvalidInput', `Temporal's environment configuration: ${reason}`);
  }
}
