import { sleep } from '@temporalio/workflow';
import ms, { type StringValue } from 'ms';
import { failure } from '../../schemas/failures.ts';
import type { Thought } from '../../schemas/mind.ts';

export type Answer<T> = Extract<Thought<T>, { kind: 'answer' }>;

// A provider that names a time in the past, or this moment, is not asked in a circle.
const shortestPause = ms('1 second');

/**
 * Asks until there is an answer. A provider's rate limit is waited for on a durable timer, with no worker's slot held; `parked` hears until when, and
 * then how long it was. `ServiceUnavailable` when the provider wants more than `within`.
 */
export async function think<T>(
  ask: () => Promise<Thought<T>>,
  { parked, within }: { parked: (until?: string, restedMs?: number) => void; within: string },
): Promise<Answer<T>> {
  const latest = Date.now() + ms(within as StringValue);
  for (;;) {
    const thought = await ask();
    if (thought.kind === 'answer') return thought;
    const until = Math.max(Date.parse(thought.until), Date.now() + shortestPause);
    if (until > latest) {
      throw failure(
        'ServiceUnavailable',
        `the model's provider asks to wait until ${thought.until} (${thought.reason}), longer than modelWait (${within}): start the run again later, or with another model`,
      );
    }
    const started = Date.now();
    parked(new Date(until).toISOString());
    await sleep(until - started);
    parked(undefined, Date.now() - started);
  }
}
