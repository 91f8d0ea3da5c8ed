import type { Duplex } from 'node:stream';
import type { AnyMessage, Stream } from '@agentclientprotocol/sdk';
import { z } from 'zod';
import { failure } from '../../../../schemas/failures.ts';
import { plainLine } from '../../../../schemas/plainText.ts';

/** What JSON-RPC asks of every message; the rest is checked where it is used. */
const Envelope = z.looseObject({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string().max(200), z.number(), z.null()]).optional(),
  method: z.string().max(200).optional(),
});

/** Most that one program may say: a line in bytes, all in bytes, messages, and lines that are no message. Far above what work needs. */
const most = { line: 16 * 2 ** 20, all: 128 * 2 ** 20, messages: 200_000, noise: 2_000 };

/**
 * The protocol's messages over a program's input and output, one JSON text a line. Reading fails with `ModelFailed` when the program floods,
 * and lines that are no message (a banner, a warning) are left out. Answers to what nobody asked are left out too. `onBroken` hears why reading failed.
 */
export function messageStream(program: Duplex, onBroken: (error: unknown) => void): Stream {
  const asked = new Set<unknown>();
  const count = { all: 0, messages: 0, noise: 0 };

  async function* messages(): AsyncGenerator<AnyMessage> {
    try {
      yield* checked();
    } catch (error) {
      onBroken(error);
      throw error;
    }
  }

  async function* checked(): AsyncGenerator<AnyMessage> {
    for await (const line of lines()) {
      const message = read(line);
      if (message) {
        count.messages += 1;
        if (count.messages > most.messages) throw tooMuch(`${most.messages} messages`);
        if (message.method !== undefined || asked.delete(message.id)) yield message as AnyMessage;
      } else {
        count.noise += 1;
        if (count.noise > most.noise) throw notTheProtocol(line);
      }
    }
  }

  async function* lines(): AsyncGenerator<Buffer> {
    let parts: Buffer[] = [];
    let size = 0;
    for await (const chunk of program as AsyncIterable<Buffer>) {
      count.all += chunk.length;
      if (count.all > most.all) throw tooMuch(`${most.all} bytes`);
      let from = 0;
      for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
        yield Buffer.concat([...parts, chunk.subarray(from, end)]);
        parts = [];
        size = 0;
        from = end + 1;
      }
      parts.push(chunk.subarray(from));
      size += chunk.length - from;
      if (size > most.line) throw tooMuch(`${most.line} bytes in one line`);
    }
  }

  return {
    readable: ReadableStream.from(messages()),
    writable: new WritableStream<AnyMessage>({
      async write(message) {
        if ('method' in message && 'id' in message) asked.add(message.id);
        if (program.writable) await new Promise<void>((resolve) => program.write(`${JSON.stringify(message)}\n`, () => resolve()));
      },
    }),
  };
}

function read(line: Buffer): z.infer<typeof Envelope> | undefined {
  // A brace is what every message begins with.
  if (line[0] !== 0x7b) return undefined;
  try {
    return Envelope.safeParse(JSON.parse(line.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

function tooMuch(limit: string): Error {
  return failure('ModelFailed', `the coding program printed more than ${limit}: it was ended; see its log, and try another version of it`);
}

function notTheProtocol(line: Buffer): Error {
  const said = plainLine(line.subarray(0, 1000).toString('utf8'), 200);
  return failure(
    'ModelFailed',
    `the coding program does not speak the Agent Client Protocol (it printed ${JSON.stringify(said)}): check its version in the sandbox`,
  );
}
