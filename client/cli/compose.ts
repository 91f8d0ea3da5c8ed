import type { Client } from '@temporalio/client';
import type { GitHub } from '../../activities/lib/github/client.ts';
import { type Config, loadConfig } from '../../config/config.ts';
import { joinAndKeepEngine } from '../../engine/keep.ts';
import { foreignServer, reachForeign } from '../../engine/foreign.ts';
import { findTemporalCli } from '../../engine/locate.ts';
import type { Credentials } from '../../repository/credentials.ts';
import { failureMessage } from '../../schemas/failures.ts';
import { connect } from '../connect.ts';
import { gatewaySlot } from './gatewaySlot.ts';
import type { Composition, Session } from './context.ts';
import type { Env, Terminal } from './terminal.ts';

type Around = { env: Env; terminal: Terminal; interrupted: AbortSignal };

/** Puts engine, workers and client into this process: the only module of the command line that knows all three. */
export function createComposition({ env, terminal, interrupted }: Around): Composition {
  const config = () => loadConfig(env);
  const progress = (text: string) => terminal.note(terminal.colours.dim(text));

  return {
    config,
    credentials: credentialsOf(config),
    async store() {
      const { createArtifactStore } = await import('../../activities/lib/store.ts');
      return createArtifactStore({ home: config().home });
    },
    async temporal() {
      const foreign = foreignServer(env);
      if (foreign) {
        const reached = await reachForeign(foreign).catch((error: unknown) => failureMessage(error));
        return typeof reached === 'string'
          ? { found: false, detail: reached, obtainable: false }
          : { found: true, detail: `${reached.version} at ${foreign.address}`, obtainable: true };
      }
      const { home, temporalCli } = config();
      const { found, rejected } = await findTemporalCli({ home, temporalCli, env });
      if (found) return { found: true, detail: `${found.version.server}, CLI ${found.version.cli} (${found.path})`, obtainable: true };
      const why = rejected.map(({ path, problem }) => `${path} ${problem}`).join('; ');
      // A setting that names a wrong program ends the search: nothing else is obtained in its place.
      return { found: false, detail: why || undefined, obtainable: !rejected.some(({ from }) => from === 'MAINSTAY_TEMPORAL_CLI') };
    },
    async sample() {
      const { materialiseSample } = await import('../../samples/materialise.ts');
      return await materialiseSample({ name: 'greeter', home: config().home });
    },
    async open({ profile } = {}) {
      const { home, temporalCli } = config();
      const engine = await joinAndKeepEngine({ home, temporalCli, profile, env, progress, signal: interrupted });
      try {
        const { client, close } = await connect({ options: engine.connectionOptions, namespace: engine.namespace });
        const uiUrl = env.TEMPORAL_UI_URL?.replace(/\/+$/, '') || engine.uiUrl;
        const workers = workerSlot({ ...engine, client, uiUrl, config: config(), progress });
        const gateway = gatewaySlot({ client, config: config(), uiUrl, env, note: terminal.note });
        const served = Promise.race([workers.served, engine.lost]);
        // Told to whoever waits for it; nobody waiting is no reason to crash.
        served.catch(() => undefined);
        return {
          client,
          embedded: engine.uiUrl !== undefined,
          address: engine.address,
          uiUrl,
          serve: workers.serve,
          served,
          listen: gateway.listen,
          async close() {
            await gateway.stop();
            await workers.stop();
            await close();
            await engine.stop();
          },
        } satisfies Session;
      } catch (error) {
        await engine.stop();
        throw error;
      }
    },
  };
}

/** GitHub's credentials of the settings. Its client is loaded for the first private repository only. */
function credentialsOf(config: () => Config): Credentials {
  const slot: { github?: Promise<GitHub | undefined> } = {};
  const open = async () => {
    const { github } = config().services;
    if (github === undefined) return undefined;
    const { createGitHub } = await import('../../activities/lib/github/client.ts');
    return createGitHub(github);
  };
  return async (repository) => await (await (slot.github ??= open()))?.gitAuthorization(repository);
}

type Slot = {
  client: Client;
  uiUrl: string | undefined;
  connectionOptions: Awaited<ReturnType<typeof joinAndKeepEngine>>['connectionOptions'];
  namespace: string;
  config: ReturnType<typeof loadConfig>;
  progress: (text: string) => void;
};

/** The workers of this process, started at most once. Loaded only then: the worker's native part takes a while. */
function workerSlot({
  client,
  uiUrl,
  connectionOptions,
  namespace,
  config,
  progress,
}: Slot): Pick<Session, 'serve' | 'served'> & { stop(): Promise<void> } {
  const slot: { started?: Promise<() => Promise<void>> } = {};
  const served = Promise.withResolvers<void>();
  served.promise.catch(() => undefined);

  const start = async (wish: Parameters<Session['serve']>[0] = {}) => {
    const { NativeConnection } = await import('@temporalio/worker');
    const { installRuntime, startWorkers } = await import('../../workers/startWorkers.ts');
    installRuntime(config);
    const { address, tls, apiKey, metadata } = connectionOptions;
    const key = typeof apiKey === 'function' ? apiKey() : apiKey;
    const connection = await NativeConnection.connect({ address, tls, apiKey: key, metadata });
    const { agents, flows = true } = wish;
    const workers = await startWorkers({ config, client, uiUrl, connection, namespace, agents, flows, progress });
    workers.ended.then(served.resolve, served.reject);
    return async () => {
      await workers.stop();
      await connection.close();
    };
  };
  return {
    served: served.promise,
    async serve(wish) {
      slot.started ??= start(wish);
      await slot.started;
    },
    async stop() {
      const stop = await slot.started?.catch(() => undefined);
      await stop?.();
    },
  };
}
