import { open } from 'node:fs/promises';
import { failure } from '../../schemas/failures.ts';

/** Far more than any file type allows: within it, the type's own bound is told. */
const mostRead = 64 * 2 ** 20;

/** A file's text; `InvalidInput` says of the name that was typed (`shown`) why there is none. */
export async function readText(path: string, shown: string): Promise<string> {
  try {
    await using file = await open(path);
    const chunks: Buffer[] = [];
    for await (const chunk of file.createReadStream({ end: mostRead, autoClose: false })) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    if (bytes.length > mostRead) throw failure('InvalidInput', `${shown} has more than ${mostRead / 2 ** 20} MiB; name a smaller file`);
    return bytes.toString('utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    const reason = code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder; name a file' : `cannot be read (${code})`;
    throw failure('InvalidInput', `${shown} ${reason}`);
  }
}
