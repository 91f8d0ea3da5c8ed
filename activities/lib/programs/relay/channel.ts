import { Duplex } from 'node:stream';
import { type FrameKind, brokenRelay, frameKinds, pieceBytes } from './frames.ts';

/** Bytes that each side may send on a channel before the other has taken them; 128 connections then hold at most 32 MiB. */
export const channelWindow = 256 * 2 ** 10;
// Room is given back in portions, so that a box that sends single bytes gets few answers.
const portion = channelWindow / 8;

/** One connection, or the program's input and output, as a stream of the host. */
export type Channel = {
  stream: Duplex;
  /** A frame for this channel came. Throws when the box sends more than it has room for. */
  take(kind: FrameKind, payload: Buffer): void;
};

/** A channel that sends by `send`. Both ways are held up when the other side does not read. */
export function createChannel(send: (kind: FrameKind, payload?: Buffer) => void): Channel {
  let room = channelWindow;
  /** Bytes for which the box has not got room back: taken already, and held until somebody reads. */
  const owed = { taken: 0, held: 0 };
  let ended = false;
  let waiting: { chunk: Buffer; done: () => void } | undefined;

  function giveRoom(bytes: number): void {
    owed.taken += bytes;
    if (owed.taken < portion) return;
    const payload = Buffer.alloc(4);
    payload.writeUInt32BE(owed.taken);
    owed.taken = 0;
    send(frameKinds.credit, payload);
  }

  function pump(): void {
    while (waiting && room > 0) {
      const piece = waiting.chunk.subarray(0, Math.min(room, pieceBytes));
      room -= piece.length;
      send(frameKinds.data, piece);
      const rest = waiting.chunk.subarray(piece.length);
      if (rest.length > 0) waiting = { ...waiting, chunk: rest };
      else {
        const { done } = waiting;
        waiting = undefined;
        done();
      }
    }
  }

  const stream = new Duplex({
    allowHalfOpen: true,
    read() {
      const { held } = owed;
      owed.held = 0;
      giveRoom(held);
    },
    write(chunk: Buffer, _encoding, done) {
      waiting = { chunk, done: () => done() };
      pump();
    },
    final(done) {
      send(frameKinds.end);
      done();
    },
    destroy(error, done) {
      waiting = undefined;
      send(frameKinds.reset);
      done(error);
    },
  });
  // Whoever uses the stream hears of its end; an error nobody listens to must not end the worker.
  stream.on('error', () => undefined);

  function take(kind: FrameKind, payload: Buffer): void {
    if (kind === frameKinds.data) {
      if (owed.taken + owed.held + payload.length > channelWindow || ended) throw brokenRelay('it sent more than there was room for');
      if (stream.destroyed) return;
      // A copy: the frame is a part of a larger piece of output, which it would keep alive.
      if (stream.push(Buffer.from(payload))) giveRoom(payload.length);
      else owed.held += payload.length;
    } else if (kind === frameKinds.end && !ended) {
      ended = true;
      stream.push(null);
    } else if (kind === frameKinds.reset) {
      stream.destroy();
    } else if (kind === frameKinds.credit && payload.length === 4) {
      room = Math.min(room + payload.readUInt32BE(), channelWindow);
      pump();
    }
  }

  return { stream, take };
}
