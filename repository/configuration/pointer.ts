import type { Place } from './problem.ts';

const longest = 200;

/** A place as a JSON Pointer (RFC 6901): `/tasks/0/id`; the root is the empty text. One of hostile length is cut. */
export function pointer(at: Place): string {
  const text = at.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
