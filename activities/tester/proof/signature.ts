import { createHash } from 'node:crypto';
import type { Proof } from '../../../schemas/debugFailure.ts';

/** A hash (hex) of what failed and how: the same failure gives the same, whatever its times, paths, addresses and figures. */
export function signatureOf({ failures, endedBy, refusals }: Pick<Proof, 'failures' | 'endedBy' | 'refusals'>): string {
  const failed = failures.map(({ name, message }) => `${name}: ${normalised(message)}`).sort();
  const refused = refusals.map(({ rule, path }) => `${rule} ${path}`).sort();
  return createHash('sha256').update(JSON.stringify({ failed, endedBy, refused })).digest('hex');
}

/** A message without what differs from run to run. */
export function normalised(message: string): string {
  return message
    .replace(/0x[0-9a-f]+|\b[0-9a-f]{7,64}\b/gi, '#')
    .replace(/(?:file:\/\/)?(?:\/[\w.@+-]+){2,}/g, '<path>')
    .replace(/\d+(?:[.,:]\d+)*/g, '#')
    .replace(/\s+/g, ' ')
    .trim();
}
