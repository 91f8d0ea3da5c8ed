import { closest, distance } from 'fastest-levenshtein';

/** `; did you mean "lint"?` when a known name is close to what was written, else the list of what is known (at most ten). */
export function nearest(written: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const best = closest(written, known);
  if (distance(written, best) <= Math.max(2, Math.floor(written.length / 3))) return `; did you mean "${best}"?`;
  return `; known: ${known.slice(0, 10).join(', ')}`;
}
