import { onTestFinished } from 'vitest';
import { type Answerer, type ModelServer, openModelServer, type Said } from './openModelServer.ts';

export type { Answerer, ModelServer, Said } from './openModelServer.ts';

/**
 * A real server on a port of its own that speaks the three providers' protocols, until the test ends. It says these answers in order, the last
 * for ever, or what the function says.
 */
export async function startModelServer(...answers: Said[] | [Answerer]): Promise<ModelServer> {
  const [first] = answers;
  const server = await openModelServer(
    typeof first === 'function' ? (first as Answerer) : (_, index) => (answers as Said[])[Math.min(index, answers.length - 1)] ?? 'nothing',
  );
  onTestFinished(() => server.close());
  return server;
}
