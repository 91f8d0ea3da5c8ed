import { failure } from '../../schemas/failures.ts';

// A request has at most 20,000 characters.
const mostRead = 2 ** 20;

/** All of a stream as text, without spaces around it; `InvalidInput` when it is empty or far too long. */
export async function readAll(stream: AsyncIterable<Uint8Array | string>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(Buffer.from(chunk));
    size += chunk.length;
    if (size > mostRead) throw failure('InvalidInput', 'standard input: more than a MiB is no request; say it in fewer words');
  }
  const text = Buffer.concat(chunks).toString('utf8').trim();
  if (text === '') throw failure('InvalidInput', 'standard input: it is empty; say what to build, in one or more sentences');
  return text;
}
