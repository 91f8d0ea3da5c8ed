import { Session } from 'node:inspector/promises';

/** Collects the garbage of this process in all of its threads; the workflows' own thread offers no other way to ask for it. */
export function createCollector(): { collect(): Promise<void> } {
  const session = new Session();
  session.connect();
  const threads = new Set<string>();
  const waiting = new Map<number, () => void>();
  let asked = 0;
  session.on('NodeWorker.attachedToWorker', ({ params }) => threads.add(params.sessionId));
  session.on('NodeWorker.detachedFromWorker', ({ params }) => threads.delete(params.sessionId));
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
    const { id } = JSON.parse(params.message) as { id?: number };
    if (id !== undefined) waiting.get(id)?.();
  });

  const collectIn = async (sessionId: string) => {
    const id = ++asked;
    const done = new Promise<void>((resolve) => waiting.set(id, resolve));
    await session.post('NodeWorker.sendMessageToWorker', {
      sessionId,
      message: JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' }),
    });
    await done;
    waiting.delete(id);
  };
  const attached = session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  return {
    async collect() {
      await attached;
      await Promise.all([session.post('HeapProfiler.collectGarbage'), ...[...threads].map(collectIn)]);
    },
  };
}
