import { failureMessage } from '../schemas/failures.ts';
import { type Engine, type EngineRequest, findRunningEngine, joinOrStartEngine } from './engine.ts';

// Workers reconnect by themselves; a person should not notice more than a pause.
const lookEveryMs = 1_000;

/**
 * An engine that is started again when its process dies, at the same address, so that workers and clients of this process go on by
 * themselves. A foreign server is nobody's to start. `lost` rejects when it cannot be brought back at its address.
 */
export async function joinAndKeepEngine(request: EngineRequest): Promise<Engine & { lost: Promise<never> }> {
  const first = await joinOrStartEngine(request);
  const lost = Promise.withResolvers<never>();
  lost.promise.catch(() => undefined);
  if (first.uiUrl === undefined) return { ...first, lost: lost.promise };

  const held: { engine: Engine; looking: Promise<void>; timer?: NodeJS.Timeout } = { engine: first, looking: Promise.resolve() };
  const look = async () => {
    if (await findRunningEngine(request.home)) return;
    request.progress('the Temporal server is gone; starting it again');
    held.engine = await joinOrStartEngine(request);
    if (held.engine.address !== first.address) throw new RangeError(`its port is taken, it is at ${held.engine.address} now`);
  };
  held.timer = setInterval(() => {
    held.looking = held.looking.then(look).catch((error: unknown) => {
      clearInterval(held.timer);
      request.progress(`the Temporal server did not come back: ${failureMessage(error)}`);
      lost.reject(error);
    });
  }, lookEveryMs);
  return {
    ...first,
    lost: lost.promise,
    async stop() {
      clearInterval(held.timer);
      await held.looking;
      await held.engine.stop();
    },
  };
}
