import { failure } from '../../schemas/failures.ts';
import type { Fence } from '../../schemas/locks.ts';

/** Highest token seen so far, by the resource that was locked. */
export type SeenTokens = Readonly<Record<string, number>>;

/** What has been seen, with this token in it; `LockLost` when a later holder was there already. Without a fence nothing is asked. */
export function passFence(seen: SeenTokens, fence: Fence | undefined): SeenTokens {
  if (fence === undefined) return seen;
  const highest = Object.hasOwn(seen, fence.resource) ? (seen[fence.resource] ?? 0) : 0;
  if (fence.token < highest) {
    throw failure(
      'LockLost',
      `${fence.resource} was granted to somebody else meanwhile (token ${highest} after ${fence.token}), so this deploy no longer changes it: start the run again`,
      { resource: fence.resource, token: fence.token, highest },
    );
  }
  return { ...seen, [fence.resource]: fence.token };
}

/** The lock's token as commands of the project see it, so that what they change can refuse an old one as well. */
export function fenceEnvironment(fence: Fence | undefined): Record<string, string> {
  return fence === undefined ? {} : { MAINSTAY_FENCE: String(fence.token), MAINSTAY_FENCE_RESOURCE: fence.resource };
}
