import { failure } from '../../../../schemas/failures.ts';

/** What travels between a box and the host: kind (1 byte), channel (4), length of the payload (4, big-endian), payload. `inside.mjs` speaks the same. */
export type Frame = { kind: FrameKind; channel: number; payload: Buffer };
export const frameKinds = { open: 1, data: 2, end: 3, reset: 4, credit: 5, exit: 6 } as const;
export type FrameKind = (typeof frameKinds)[keyof typeof frameKinds];

/** Longest payload; what is longer travels in pieces. */
export const pieceBytes = 64 * 2 ** 10;
const headerBytes = 9;

/** A frame's bytes. */
export function encodeFrame(kind: FrameKind, channel: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(kind, 0);
  header.writeUInt32BE(channel, 1);
  header.writeUInt32BE(payload.length, 5);
  return Buffer.concat([header, payload]);
}

/** Takes bytes as they come and hands on whole frames. Fails with `SandboxFailed` on what is none: the box may lie. */
export function frameReader(take: (frame: Frame) => void): (chunk: Buffer) => void {
  let kept: Buffer = Buffer.alloc(0);
  return (chunk) => {
    kept = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
    while (kept.length >= headerBytes) {
      const kind = kindOf(kept.readUInt8(0));
      const length = kept.readUInt32BE(5);
      if (kind === undefined || length > pieceBytes) throw brokenRelay('it sent what is no frame');
      if (kept.length < headerBytes + length) break;
      const frame = { kind, channel: kept.readUInt32BE(1), payload: kept.subarray(headerBytes, headerBytes + length) };
      kept = kept.subarray(headerBytes + length);
      take(frame);
    }
  };
}

/** The failure for a relay that does not keep to the rules. */
export function brokenRelay(why: string): Error {
  return failure('SandboxFailed', `the coding program's relay in the sandbox was tampered with or broke (${why}): the run is ended`);
}

function kindOf(byte: number): FrameKind | undefined {
  return Object.values(frameKinds).find((kind) => kind === byte);
}
