import { failureMessage } from '../../../schemas/failures.ts';
import type { Part } from './part.ts';

export type Service = Pick<Part, 'name' | 'costs' | 'fix'>;

// A service that works answers within a second; nobody waits long for a look around.
const patienceMs = 5_000;
// A password of a few letters would be found in every word.
const shortestSecret = 4;

/** A service as it is when it is not configured. */
export function absent(service: Service, detail = 'not configured'): Part {
  return { ...service, group: 'services', essential: false, found: false, detail };
}

/** A service with what it said, or why it did not answer; waits a few seconds at most. `secrets` are in no word of it. */
export async function answering(
  service: Service,
  { ask, secrets = [] }: { ask(signal: AbortSignal): Promise<string>; secrets?: readonly string[] },
): Promise<Part> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), patienceMs);
  const shown = (text: string) =>
    secrets.filter(({ length }) => length >= shortestSecret).reduce((left, secret) => left.replaceAll(secret, '****'), text);
  try {
    // Not everything that is asked heeds the signal.
    const detail = await Promise.race([ask(late.signal), whenAborted(late.signal)]);
    return { ...absent(service), found: true, detail: shown(detail) };
  } catch (error) {
    const why = late.signal.aborted ? `no answer within ${patienceMs / 1000} s` : failureMessage(error);
    return absent(service, shown(why));
  } finally {
    clearTimeout(timer);
  }
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('late'))));
}
