import { StringDecoder } from 'node:string_decoder';

const stdoutBytes = 2 ** 20;
const tailBytes = 8 * 2 ** 10;

export type OutputTap = {
  stdout(chunk: Buffer): void;
  stderr(chunk: Buffer): void;
  /** What a `BoxResult` says about the output. */
  end(): { stdout: string; tail: string; cut: boolean };
};

/** Hands output on as text, keeps the first MiB of standard output and the last 8 KiB of both; above `limitBytes` calls `onFlood` once and drops the rest. */
export function tapOutput(deps: { limitBytes: number; onOutput(chunk: string): void; onFlood(): void }): OutputTap {
  const out = new StringDecoder('utf8');
  const err = new StringDecoder('utf8');
  const kept: Buffer[] = [];
  const last: Buffer[] = [];
  const size = { all: 0, kept: 0, last: 0 };
  let flooded = false;
  let cut = false;

  function take(chunk: Buffer, decoder: StringDecoder): boolean {
    if (flooded) return false;
    size.all += chunk.length;
    last.push(chunk.length > tailBytes ? Buffer.from(chunk.subarray(-tailBytes)) : chunk);
    size.last += last.at(-1)?.length ?? 0;
    while (size.last - (last[0]?.length ?? 0) >= tailBytes) size.last -= last.shift()?.length ?? 0;
    deps.onOutput(decoder.write(chunk));
    if (size.all > deps.limitBytes) {
      flooded = true;
      cut = true;
      deps.onFlood();
    }
    return true;
  }

  return {
    stdout(chunk) {
      if (!take(chunk, out)) return;
      const room = stdoutBytes - size.kept;
      if (chunk.length > room) cut = true;
      if (room <= 0) return;
      const part = chunk.length > room ? Buffer.from(chunk.subarray(0, room)) : chunk;
      kept.push(part);
      size.kept += part.length;
    },
    stderr(chunk) {
      take(chunk, err);
    },
    end() {
      const rest = out.end() + err.end();
      if (rest !== '' && !flooded) deps.onOutput(rest);
      return { stdout: Buffer.concat(kept).toString('utf8'), tail: Buffer.concat(last).subarray(-tailBytes).toString('utf8'), cut };
    },
  };
}
