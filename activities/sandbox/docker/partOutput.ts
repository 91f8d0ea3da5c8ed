import { type Duplex, PassThrough } from 'node:stream';

// Kind of the stream, three empty bytes, length: what the Docker daemon puts before each piece of output.
const headerBytes = 8;
const standardError = 2;

/** Parts the daemon's one stream into standard output, which holds the stream up while it is not read, and pieces of standard error. */
export function partOutput(raw: Duplex, onError: (chunk: Buffer) => void): PassThrough {
  const out = new PassThrough();
  let header = Buffer.alloc(0);
  let left = 0;

  function take(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (left === 0) {
        const missing = headerBytes - header.length;
        header = Buffer.concat([header, rest.subarray(0, missing)]);
        rest = rest.subarray(missing);
        if (header.length < headerBytes) return;
        left = header.readUInt32BE(4);
        if (left === 0) header = Buffer.alloc(0);
        continue;
      }
      const part = rest.subarray(0, left);
      rest = rest.subarray(part.length);
      left -= part.length;
      if (header[0] === standardError) onError(part);
      else if (!out.write(part)) raw.pause();
      if (left === 0) header = Buffer.alloc(0);
    }
  }

  raw.on('data', take);
  out.on('drain', () => raw.resume());
  raw.once('close', () => out.end());
  raw.once('end', () => out.end());
  return out;
}
