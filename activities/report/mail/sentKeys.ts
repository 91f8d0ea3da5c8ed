import { Context } from '@temporalio/activity';
import { z } from 'zod';

/** Keys of letters as a heartbeat carries them, in the shape of every heartbeat's details. */
const Details = z.object({ sent: z.string() });

/** Keys of the letters that an earlier attempt of this activity sent. */
export function keysOfEarlierAttempt(): string[] {
  const details = Details.safeParse(Context.current().info.heartbeatDetails);
  return details.success ? details.data.sent.split(' ').filter(Boolean) : [];
}

export function detailsOf(keys: ReadonlySet<string>): Record<string, string> {
  return { sent: [...keys].join(' ') };
}

// Two hundred runs that fail at once and tell twenty-five people each.
const mostKeys = 5000;

/** Keys of the letters that this process sent, the newest of them. */
export function createSentKeys() {
  const keys = new Set<string>();
  return {
    has: (key: string) => keys.has(key),
    add(key: string): void {
      keys.add(key);
      const [oldest] = keys;
      if (keys.size > mostKeys && oldest !== undefined) keys.delete(oldest);
    },
  };
}
