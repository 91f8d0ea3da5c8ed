import { absent, type Service } from './answering.ts';
import type { Part } from './part.ts';

/** Whether a secret is set by which senders are known; two are valid while it is changed. */
export function secretPart(secrets: readonly string[], service: Service): Part {
  return secrets.length === 0
    ? absent(service, 'not set')
    : { ...absent(service), found: true, detail: secrets.length === 1 ? 'set' : 'set, two are valid' };
}
