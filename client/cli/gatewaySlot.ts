import type { Client } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../../config/config.ts';
import { failureType } from '../../schemas/failures.ts';
import { scheduleReconcile } from '../schedules.ts';
import type { Session } from './context.ts';
import type { Env } from './terminal.ts';

type Slot = { client: Client; config: Config; uiUrl: string | undefined; env: Env; note: (text: string) => void };

/** The gateway of this process, started at most once. Loaded only then: most commands need none. */
export function gatewaySlot({ client, config, uiUrl, env, note }: Slot): Pick<Session, 'listen'> & { stop(): Promise<void> } {
  const slot: { started?: Promise<{ app: FastifyInstance; url: string; notes: string[] }> } = {};

  const start = async (fallback: boolean) => {
    const { createGateway, listen } = await import('../gateway/server.ts');
    const notes: string[] = [];
    const starting = { value: true };
    const { services, home } = config;
    const app = await createGateway({
      client,
      services,
      home,
      uiUrl,
      log: (text) => (starting.value ? void notes.push(text) : note(text)),
    });
    const { host, port } = services.gateway;
    const url = await listen(app, { host, port }).catch(async (error: unknown) => {
      // Two instances on one machine: the second finds the usual port taken, which nobody asked for by name.
      if (!fallback || env.MAINSTAY_LISTEN !== undefined || failureType(error) !== 'InvalidInput') throw error;
      notes.push(`port ${port} is taken; name one with MAINSTAY_LISTEN`);
      return await listen(app, { host, port: 0 });
    });
    if (services.github) await scheduleReconcile(client);
    starting.value = false;
    return { app, url, notes };
  };

  return {
    async listen({ fallback = false } = {}) {
      slot.started ??= start(fallback);
      const { url, notes } = await slot.started;
      return { url, notes };
    },
    async stop() {
      const started = await slot.started?.catch(() => undefined);
      await started?.app.close();
    },
  };
}
