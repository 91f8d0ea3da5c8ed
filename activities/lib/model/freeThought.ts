import { noUsage } from '../../../schemas/usage.ts';
import type { Thought } from '../../../schemas/mind.ts';

/** An answer that rules gave: it costs nothing. `mind` is `template:trading-strategy@1`, for example. */
export function freeThought<T>(value: T, agent: string, mind: string): Thought<T> {
  return { kind: 'answer', value, usage: noUsage, by: { agent, mind } };
}
