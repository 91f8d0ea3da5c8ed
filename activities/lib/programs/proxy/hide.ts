import { Transform } from 'node:stream';

/** Shorter keys are no secrets, and would be found in ordinary words. */
const shortest = 8;

/** Passes bytes on with the key blotted out, as some providers repeat it in their complaints. Holds back only what may be its beginning. */
export function hideKey(key: string | undefined): Transform {
  const secret = Buffer.from(key !== undefined && key.length >= shortest ? key : '');
  const blot = Buffer.alloc(secret.length, '*');
  let kept = Buffer.alloc(0);

  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (secret.length === 0) return done(null, chunk);
      const bytes = Buffer.concat([kept, chunk]);
      for (let at = bytes.indexOf(secret); at >= 0; at = bytes.indexOf(secret, at)) blot.copy(bytes, at);
      const begun = beginning(bytes, secret);
      kept = bytes.subarray(bytes.length - begun);
      done(null, bytes.subarray(0, bytes.length - begun));
    },
    flush(done) {
      done(null, kept);
    },
  });
}

/** How many bytes at the end are the beginning of the secret. */
function beginning(bytes: Buffer, secret: Buffer): number {
  for (let length = Math.min(secret.length - 1, bytes.length); length > 0; length -= 1) {
    if (bytes.subarray(bytes.length - length).equals(secret.subarray(0, length))) return length;
  }
  return 0;
}
